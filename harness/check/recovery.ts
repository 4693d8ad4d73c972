/**
 * Recovery: from the first act of the disaster until service is back for good. Service is back with the first
 * acknowledgement after the last time it was away (`away`) from which on, for two seconds, at least 95 % of the
 * baseline's rate is acknowledged (if the load's rate changes by plan, 95 % of the rate planned for these seconds),
 * and at which no write is being missed. If service never was away, the search starts at the first write that was sent
 * since the disaster and served. Service was not seen to be back if the load ended within these two seconds, or if
 * from then to the end of the load too few writes were sent: at less than such a rate, or fewer than `away` examines
 * in a row.
 *
 * The clock starts earlier if an outage was already open when the disaster came: then it starts with that outage. An
 * open outage is shown by a write that was not served and was sent before the disaster by longer than almost any write
 * of the baseline took (99 %).
 *
 * Another act of the schedule (`own-acts`), a fault, a planned operation or a rise of the load's rate, has a clock of
 * its own if service had not been away for ten seconds before it: what follows it is another outage, from the act
 * until service was back for good after it. Healing is not such an act: a system that drops writes when a lost site
 * returns has not recovered from the loss. Nor is anything that the operator does by itself.
 *
 * Slow is not away: a write that is answered late, but served, neither ends a recovery nor begins an outage. Its
 * client waits a second or two and goes on. A server that has just taken over is slow at random, and with a limit of
 * one second a straggler in 20 would decide whether an outage took six seconds or thirty. RTO therefore counts slow
 * writes separately.
 */
import { OK } from "../model/columns/history.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { quantile } from "../stats/quantiles.ts";
import { awayIn, enough } from "./away.ts";
import { outages } from "./downtime.ts";
import { type Baseline, countBelow, type Disaster, type Facts } from "./facts.ts";
import { failoversIn } from "./failovers.ts";
import { ownActs, QUIET_MS } from "./own-acts.ts";
import { paceOf } from "./pace.ts";
import { Row } from "./row.ts";

const RATE_SHARE = 0.95;
const WINDOW_MS = 2000;

/** `cause` is `null` if only a few writes were missed, which is no outage. */
export interface LaterOutage extends Interval {
  cause: string | null;
}

export function isOutage({ cause }: LaterOutage): boolean {
  return cause !== null;
}

export interface Recovery {
  fromMs: number;
  /** `null` when service was not seen to be back for good. */
  backMs: number | null;
  /** Whether the disaster stopped service at all. */
  wasAway: boolean;
  /** Outages that were over before the disaster, during which the operator had begun its failover. */
  before: Interval[];
  /** All others that were over before the disaster; those with less than ten good seconds between them are one. */
  earlier: Interval[];
  /** Outages and missed writes that were not over at `backMs`, in order. */
  later: LaterOutage[];
  /** An outage caused by another act was not seen to end. */
  open: boolean;
}

/**
 * A cache: several checkers ask, and a million writes take a third of a second. Not among the facts, so that losses are
 * still judged if this fails.
 */
const known = new WeakMap<Facts, Recovery>();

export function recoveryOf(record: RunRecord, facts: Facts, disaster: Disaster, baseline: Baseline): Recovery {
  const recovery = known.get(facts) ?? workOut(record, facts, disaster, baseline);
  known.set(facts, recovery);
  return recovery;
}

function workOut(record: RunRecord, facts: Facts, { beganMs }: Disaster, baseline: Baseline): Recovery {
  const { history } = record;
  const row = Row.since(baseline.fromMs, history, facts.servedWithinMs);
  const away = awayIn(record, facts, baseline, beganMs);
  const since = away.filter(({ toMs }) => toMs > beganMs);
  const acts = ownActs(record, facts, beganMs, since);
  const actOf = (span: Interval) => acts.findLast(({ atMs }) => atMs <= span.fromMs + facts.servedWithinMs);
  const missed = outages(history, facts, baseline.fromMs).intervals;
  const pace = paceOf(record);
  const rateIn = (fromMs: number, toMs: number) => baseline.ratePerSecond * pace(fromMs, toMs);
  const backAfter = (spans: readonly Interval[]) =>
    backAtRate(row, spans.at(-1)?.toMs ?? row.servedSinceMs(beganMs), missed, facts, rateIn);

  const over = away.filter(({ toMs }) => toMs <= beganMs);
  const before = over.filter(({ fromMs, toMs }) =>
    failoversIn(record.events).some(({ detected }) => fromMs < detected.atMs && detected.atMs < toMs),
  );
  const earlier = joined(over).filter(
    (span) => !before.some((one) => one.fromMs === span.fromMs && one.toMs === span.toMs),
  );
  const own = since.filter((span) => actOf(span) === undefined);
  const openMs = own[0]?.fromMs ?? beganMs;
  const fromMs = openMs < beganMs - inFlightMs(record, baseline) ? openMs : beganMs;
  const backMs = backAfter(own);
  const wasAway = own.length > 0;
  // Nothing comes after an outage that never ends.
  const untilMs = backMs ?? Number.POSITIVE_INFINITY;

  const causedByActs = acts.flatMap((act) => {
    const spans = since.filter((span) => actOf(span) === act);
    const first = spans[0];
    return first ? [{ fromMs: Math.min(act.atMs, first.fromMs), backMs: backAfter(spans), cause: act.name }] : [];
  });
  const outagesOfActs = causedByActs
    .map(({ backMs: toMs, ...act }): LaterOutage => ({ ...act, toMs: toMs ?? facts.loadEndMs }))
    .filter(({ toMs }) => toMs > untilMs);
  const few = missed.filter(
    (span) =>
      span.toMs > untilMs && !outagesOfActs.some(({ fromMs, toMs }) => fromMs <= span.toMs && span.toMs <= toMs),
  );
  const later = [...outagesOfActs, ...few.map((span) => ({ ...span, cause: null }))];
  const open = causedByActs.some((act) => act.backMs === null);
  return { fromMs, backMs, wasAway, before, earlier, later: later.toSorted((x, y) => x.fromMs - y.fromMs), open };
}

/** Spans in order, those with fewer good seconds between them than an act of its own needs are one. */
export function joined(spans: readonly Interval[]): Interval[] {
  const all: Interval[] = [];
  for (const { fromMs, toMs } of spans) {
    const last = all.at(-1);
    if (last !== undefined && fromMs - last.toMs < QUIET_MS) last.toMs = Math.max(last.toMs, toMs);
    else all.push({ fromMs, toMs });
  }
  return all;
}

/** `null` when it was not seen before the load ended. */
function backAtRate(
  row: Row,
  fromMs: number,
  missed: readonly Interval[],
  { acksMs, loadEndMs }: Facts,
  rateIn: (fromMs: number, toMs: number) => number,
): number | null {
  const first = countBelow(acksMs, fromMs);
  const backMs = acksMs.subarray(first).find((ms, place) => {
    const acknowledged = countBelow(acksMs, ms + WINDOW_MS) - (first + place);
    return (
      ms + WINDOW_MS <= loadEndMs &&
      (acknowledged * 1000) / WINDOW_MS >= RATE_SHARE * rateIn(ms, ms + WINDOW_MS) &&
      !missed.some((span) => span.fromMs < ms && ms < span.toMs)
    );
  });
  if (backMs === undefined) return null;
  const sent = row.countSince(backMs);
  const ratePerSecond = rateIn(backMs, loadEndMs);
  const scheduled = ((loadEndMs - backMs) * ratePerSecond) / 1000;
  return sent >= enough(ratePerSecond) && sent >= RATE_SHARE * scheduled ? backMs : null;
}

/** How long writes are in flight: the 99th percentile of those that were sent and acknowledged in the baseline. */
function inFlightMs({ history }: RunRecord, { fromMs, toMs }: Baseline): number {
  const { length, outcome, invokedMs, completedMs } = history;
  const sentMs = invokedMs.subarray(0, length);
  const took: number[] = [];
  for (let i = countBelow(sentMs, fromMs), end = countBelow(sentMs, toMs); i < end; i += 1)
    if (outcome[i] === OK && (completedMs[i] as number) < toMs)
      took.push((completedMs[i] as number) - (invokedMs[i] as number));
  return quantile(Float64Array.from(took).sort(), 0.99) ?? 0;
}
