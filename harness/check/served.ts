/**
 * Served: a write that was acknowledged no more than two seconds later than the median write of the baseline, and
 * within three seconds. So a system that is always slow does not count as away, and a stall in the baseline excuses
 * none.
 */
import { Column } from "../model/columns/column.ts";
import { type History, OK } from "../model/columns/history.ts";
import type { Interval } from "../stats/intervals.ts";
import { quantile } from "../stats/quantiles.ts";

/** Later than usual by more than this is not served; and the most that counts as usual. */
const LATE_MS = 2000;
const MOST_USUAL_MS = 1000;

/** The longest time from sending to acknowledgement of a served write, in milliseconds. */
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

/** Rate of writes sent in the baseline and served. Writes still in flight at its end count as served. */
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
