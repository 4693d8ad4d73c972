/**
 * Away: service is away where, of any 20 writes in a row, more than 5 % were not served; where more than 20 are sent in
 * two seconds, of any so many. That is asked of all writes, and of each kind of write by itself. It is away as well
 * where for a second or more nothing was acknowledged, or nothing was sent: what could not even be sent was not served
 * either. And for a kind of which nothing was served since the disaster it is away from then on. A single write that
 * fails among many is downtime, but no such outage.
 *
 * It is away from the sending of the first write that was not served until, after the last of them, one was sent that
 * was, and acknowledged; one of the same kind, if only that kind was away. That it is back shows in what follows: as many
 * writes as are looked at in a row; of a kind that was away by itself those of two seconds, and three at least. With
 * fewer it was not seen to be back before the load ended.
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

export interface Away {
  /** In order, and apart from each other. */
  spans: Interval[];
  /** The last of them was not seen to end. */
  open: boolean;
}

/** From the beginning of the baseline on. */
export function awayIn({ history, run }: RunRecord, facts: Facts, baseline: Baseline, disasterMs: number): Away {
  const all = Row.since(baseline.fromMs, history, facts.servedWithinMs);
  const needed = enough(baseline.ratePerSecond);
  const whole = union([
    ...[...all.missedAmong(needed), ...all.pausesOf(SILENCE_MS)].map((place) => all.untilServed(place)),
    // Until the next write was sent nobody waited.
    ...silences(facts.acksMs, all.sentMs(0)).map(({ fromMs, toMs }) => ({ fromMs: all.nextSentMs(fromMs), toMs })),
  ]);
  const found = [seenToEnd(whole, all, needed)];
  const { mix } = run.scenario.load;
  const weights = WRITE_KINDS.reduce((sum, name) => sum + mix[name], 0);
  for (const [kind, name] of WRITE_KINDS.entries()) {
    const row = all.ofKind(kind);
    const perSecond = (baseline.ratePerSecond * mix[name]) / weights;
    // What was missed while nobody could write says nothing of its kind.
    const alone = row.outside(whole).missedAmong(enough(perSecond));
    const places = [...alone, ...row.neverServedSince(disasterMs)];
    const following = Math.max(OF_A_KIND, Math.ceil(perSecond * SECONDS));
    found.push(seenToEnd(union(places.map((place) => row.untilServed(place))), row, following));
  }
  const ended = (span: Interval) => ({ ...span, toMs: Math.min(span.toMs, Math.max(span.fromMs, facts.loadEndMs)) });
  return { spans: union(found.flatMap(({ spans }) => spans.map(ended))), open: found.some(({ open }) => open) };
}

/** How many writes in a row are looked at, and have to follow. */
export function enough(perSecond: number): number {
  return Math.max(IN_A_ROW, Math.round(perSecond * SECONDS));
}

/** Without enough writes after it, nobody saw the last one end. */
function seenToEnd(spans: readonly Interval[], row: Row, needed: number): Away {
  const last = spans.at(-1);
  if (last === undefined || row.countSince(last.toMs) >= needed) return { spans: [...spans], open: false };
  return { spans: [...spans.slice(0, -1), { ...last, toMs: Number.POSITIVE_INFINITY }], open: true };
}
