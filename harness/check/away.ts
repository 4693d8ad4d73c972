/**
 * Away: service is away where, of any 20 writes in a row, more than 5 % were not served (`served`); at a rate of more
 * than 20 writes in two seconds, of any as many as are sent in two seconds. This is applied to all writes, and to each
 * kind by itself: to the writes of the kind that were sent while the service as a whole was not away. Service is also
 * away where for a second or more nothing that was sent was acknowledged, or nothing was sent: what could not even be
 * sent was not served either. And a kind of which nothing was served since the disaster is away from the disaster on. A
 * single write that fails among many is downtime, but no such outage.
 *
 * Service is away from the sending of the first write that was not served (in a silence, the first write sent in it; in
 * a pause, the last write before it) until, after the last write not served, a write was sent that was served, and
 * acknowledged; a write of the same kind, if only that kind was away. Overlapping rows of such writes are one outage. A
 * kind that was away by itself has to be served three times more. An outage whose end was not seen lasts to the end of
 * the load.
 */
import { WRITE_KINDS } from "../model/load/write.ts";
import type { RunRecord } from "../model/record/record.ts";
import { type Interval, union } from "../stats/intervals.ts";
import { SILENCE_MS, silences } from "./downtime.ts";
import type { Baseline, Facts } from "./facts.ts";
import { Row } from "./row.ts";

const IN_A_ROW = 20;
const SECONDS = 2;
/** Writes of a kind that must follow the first one served again. */
const FOLLOWING = 3;

/** Outages from the beginning of the baseline on; in order and disjoint. */
export function awayIn({ history, run }: RunRecord, facts: Facts, baseline: Baseline, disasterMs: number): Interval[] {
  const all = Row.since(baseline.fromMs, history, facts.servedWithinMs);
  // Nobody waited until the next write was sent.
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

/** How many writes in a row are judged together, and how many must follow a return of service. */
export function enough(perSecond: number): number {
  return Math.max(IN_A_ROW, Math.round(perSecond * SECONDS));
}
