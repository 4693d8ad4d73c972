/**
 * Away: service is away where, of any 20 writes in a row, more than 5 % were not served (`served`); where more than 20 are
 * sent in two seconds, of any so many. That is asked of all writes, and of each kind by itself, of those that were sent
 * while the service as a whole was not away. It is away as well where for a second or more nothing was acknowledged of
 * what was sent, or nothing was sent: what could not even be sent was not served either. And for a kind of which nothing was
 * served since the disaster it is away from then on. A single write that fails among many is downtime, but no such outage.
 *
 * It is away from the sending of the first write that was not served (in a silence, of the first that was sent in it; in a
 * pause, of the last before it) until, after the last of them, one was sent that was served, and acknowledged; one of the
 * same kind, if only that kind was away. Such writes in a row that overlap are one time. That it is back shows in what
 * follows: as many writes as are looked at in a row; of a kind that was away by itself those of two seconds, and three at
 * least. With fewer it was not seen to be back, and was away to the end of the load.
 */
import type { RunRecord } from "../model/record.ts";
import { WRITE_KINDS } from "../model/write.ts";
import { type Interval, union } from "../stats/intervals.ts";
import { SILENCE_MS, silences } from "./downtime.ts";
import type { Baseline, Facts } from "./facts.ts";
import { Row } from "./row.ts";

const IN_A_ROW = 20;
const OF_A_KIND = 3;
const SECONDS = 2;

/** From the beginning of the baseline on; in order, and apart from each other. */
export function awayIn({ history, run }: RunRecord, facts: Facts, baseline: Baseline, disasterMs: number): Interval[] {
  const all = Row.since(baseline.fromMs, history, facts.servedWithinMs);
  const needed = enough(baseline.ratePerSecond);
  // Until the next write was sent nobody waited.
  const silent = silences(facts.acksMs, all.sentMs(0))
    .map(({ fromMs, toMs }) => ({ fromMs: all.nextSentMs(fromMs), toMs }))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
  const places = [...all.missedAmong(needed), ...all.pausesOf(SILENCE_MS)];
  const spans = [...places.map((place) => all.untilServed(place)), ...silent];
  const whole = seenToEnd(union(spans), all, needed, facts);
  const found = [...whole];
  const { mix } = run.scenario.load;
  const weights = WRITE_KINDS.reduce((sum, name) => sum + mix[name], 0);
  for (const [kind, name] of WRITE_KINDS.entries()) {
    const row = all.ofKind(kind);
    const perSecond = (baseline.ratePerSecond * mix[name]) / weights;
    const alone = row.outside(whole).missedAmong(enough(perSecond));
    const places = [...alone, ...row.neverServedSince(disasterMs)];
    const following = Math.max(OF_A_KIND, Math.ceil(perSecond * SECONDS));
    found.push(...seenToEnd(union(places.map((place) => row.untilServed(place))), row, following, facts));
  }
  return union(found);
}

/** How many writes in a row are looked at, and have to follow. */
export function enough(perSecond: number): number {
  return Math.max(IN_A_ROW, Math.round(perSecond * SECONDS));
}

/** Without enough writes after it, nobody saw the last one end before the load did. */
function seenToEnd(spans: Interval[], row: Row, needed: number, { loadEndMs }: Facts): Interval[] {
  const last = spans.at(-1);
  const isSeen = last === undefined || row.countSince(last.toMs) >= needed;
  return isSeen ? spans : spans.with(-1, { ...last, toMs: loadEndMs });
}
