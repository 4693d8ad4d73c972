/**
 * Away: service is away where, of any 20 writes in a row, more than 5 % were not served (`served`); where more than 20 are
 * sent in two seconds, of any so many. That is asked of all writes, and of each kind by itself, of those that were sent
 * while the service as a whole was not away. It is away as well where for a second or more nothing was acknowledged of
 * what was sent, or nothing was sent: what could not even be sent was not served either. And for a kind of which nothing was
 * served since the disaster it is away from then on. A single write that fails among many is downtime, but no such outage.
 *
 * It is away from the sending of the first write that was not served (in a silence, of the first that was sent in it; in a
 * pause, of the last before it) until, after the last of them, one was sent that was served, and acknowledged; one of the
 * same kind, if only that kind was away. Such writes in a row that overlap are one time. A kind that was away by itself has
 * to be served three times more. What was not seen to be back was away to the end of the load.
 */
import { WRITE_KINDS } from "../model/load/write.ts";
import type { RunRecord } from "../model/record/record.ts";
import { type Interval, union } from "../stats/intervals.ts";
import { SILENCE_MS, silences } from "./downtime.ts";
import type { Baseline, Facts } from "./facts.ts";
import { Row } from "./row.ts";

const IN_A_ROW = 20;
const SECONDS = 2;
/** Writes of a kind that follow the first that is served again. */
const FOLLOWING = 3;

/** From the beginning of the baseline on; in order, and apart from each other. */
export function awayIn({ history, run }: RunRecord, facts: Facts, baseline: Baseline, disasterMs: number): Interval[] {
  const all = Row.since(baseline.fromMs, history, facts.servedWithinMs);
  // Until the next write was sent nobody waited.
  const silent = silences(facts.acksMs, all.sentMs(0))
    .map(({ fromMs, toMs }) => ({ fromMs: all.nextSentMs(fromMs), toMs }))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
  const places = [...all.missedAmong(enough(baseline.ratePerSecond)), ...all.pausesOf(SILENCE_MS)];
  const whole = union([...places.map((place) => all.untilServed(place)), ...silent]);
  const found = [...whole];
  const { mix } = run.scenario.load;
  const weights = WRITE_KINDS.reduce((sum, name) => sum + mix[name], 0);
  for (const [kind, name] of WRITE_KINDS.entries()) {
    const row = all.ofKind(kind);
    const perSecond = (baseline.ratePerSecond * mix[name]) / weights;
    const alone = row.outside(whole).missedAmong(enough(perSecond));
    const spans = [...alone, ...row.neverServedSince(disasterMs)].map((place) => row.untilServed(place));
    found.push(
      ...spans.map((span) => (row.countSince(span.toMs) < FOLLOWING ? { ...span, toMs: facts.loadEndMs } : span)),
    );
  }
  return union(found.map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, facts.loadEndMs) })));
}

/** How many writes in a row are looked at, and have to follow. */
export function enough(perSecond: number): number {
  return Math.max(IN_A_ROW, Math.round(perSecond * SECONDS));
}
