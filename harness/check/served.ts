/**
 * Served: a write that was acknowledged no more than two seconds later than half of the baseline's writes were, and within
 * three. So what is slow as a rule is not taken for an outage, and a stall in the baseline excuses none.
 */
import { Column } from "../model/columns/column.ts";
import { type History, OK } from "../model/columns/history.ts";
import type { Interval } from "../stats/intervals.ts";
import { quantile } from "../stats/quantiles.ts";

/** So much more than is usual is late, and what is usual may be so much. */
const LATE_MS = 2000;
const MOST_USUAL_MS = 1000;

/** From sending to acknowledgement; what takes longer is not served. */
export function servedWithin(history: History, baseline: Interval | null): number {
  const took = new Column(Float64Array);
  if (baseline !== null)
    for (let i = 0; i < history.length; i += 1)
      if (isSentIn(history, i, baseline) && history.outcome[i] === OK) took.push(tookMs(history, i));
  const usualMs = quantile(took.values.subarray(0, took.length).sort(), 0.5) ?? 0;
  return LATE_MS + Math.min(usualMs, MOST_USUAL_MS);
}

export function isServed(history: History, i: number, withinMs: number): boolean {
  return history.outcome[i] === OK && tookMs(history, i) <= withinMs;
}

/** Of writes sent in the baseline. What became of those that were in flight at its end is not its doing. */
export function servedPerSecond(history: History, baseline: Interval, withinMs: number): number {
  let served = 0;
  let inFlight = 0;
  for (let i = 0; i < history.length; i += 1) {
    if (!isSentIn(history, i, baseline)) continue;
    const isDone = (history.completedMs[i] as number) < baseline.toMs;
    if (isServed(history, i, withinMs)) served += 1;
    else if (!isDone && baseline.toMs - (history.invokedMs[i] as number) <= withinMs) inFlight += 1;
  }
  return served === 0 ? 0 : ((served + inFlight) * 1000) / (baseline.toMs - baseline.fromMs);
}

function isSentIn({ invokedMs }: History, i: number, { fromMs, toMs }: Interval): boolean {
  return (invokedMs[i] as number) >= fromMs && (invokedMs[i] as number) < toMs;
}

function tookMs({ invokedMs, completedMs }: History, i: number): number {
  return (completedMs[i] as number) - (invokedMs[i] as number);
}
