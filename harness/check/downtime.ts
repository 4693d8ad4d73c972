/**
 * Downtime: the union of the times in which scheduled writes were not acknowledged.
 *
 * Two things count. (1) A run of writes, in the order of sending, that were not acknowledged: from the sending of the
 * first to the acknowledgement of the next one that was. (2) Silence: a second or more in which no acknowledgement
 * came although writes were waiting, even if all of them were acknowledged in the end; a proxy that holds requests back
 * until the other side is up would otherwise hide the outage. An interval open at the end of the load is closed there,
 * and the figure is then only a lower bound.
 *
 * The resolution is one interval between writes.
 */
import type { Operation } from "../model/operation.ts";
import { type Interval, totalMs, union } from "../stats/intervals.ts";
import type { Checker } from "./checker.ts";

export const SILENCE_MS = 1000;

export const downtime: Checker = {
  name: "downtime",
  check: ({ operations, events }, facts) => {
    if (operations.length === 0) return { verdict: "inconclusive", reason: "nothing was written" };
    const fromMs = events.find((event) => event.type === "phase" && event.phase === "baseline")?.atMs;
    if (fromMs === undefined) return { verdict: "inconclusive", reason: "the baseline was never reached" };
    const counted = operations.filter((op) => op.invokedMs >= fromMs);
    const { intervals, censored } = outages(counted, facts.loadEndMs);
    const seconds = totalMs(intervals) / 1000;
    const measures = { downtime: { seconds, censored, intervals } };
    const evidence = intervals.map((i) => `${(i.fromMs / 1000).toFixed(3)} s … ${(i.toMs / 1000).toFixed(3)} s`);
    const what = `nobody could write for ${censored ? "at least " : ""}${seconds.toFixed(3)} s, in ${intervals.length} intervals`;
    if (censored)
      return { verdict: "inconclusive", reason: `${what}; it had not ended when the load did`, evidence, measures };
    return {
      verdict: "holds",
      reason: intervals.length === 0 ? "every scheduled write was acknowledged in time" : what,
      evidence,
      measures,
    };
  },
};

/** `operations` in the order of sending. */
export function outages(
  operations: readonly Operation[],
  loadEndMs: number,
): { intervals: Interval[]; censored: boolean } {
  const intervals: Interval[] = [];
  let openMs: number | null = null;
  for (const op of operations) {
    if (op.outcome !== "ok") openMs ??= op.invokedMs;
    else if (openMs !== null) {
      intervals.push({ fromMs: openMs, toMs: op.completedMs as number });
      openMs = null;
    }
  }
  // Not at the end of the last write's timeout: nobody tried any more, so nobody knows.
  if (openMs !== null) intervals.push({ fromMs: openMs, toMs: loadEndMs });
  return { intervals: union([...intervals, ...silences(operations)]), censored: openMs !== null };
}

function silences(operations: readonly Operation[]): Interval[] {
  const acks = operations.filter((op) => op.outcome === "ok").map((op) => op.completedMs as number);
  // The first writes may have waited, too.
  acks.push(...operations.slice(0, 1).map((op) => op.invokedMs));
  acks.sort((x, y) => x - y);
  const spans = acks.slice(1).map((toMs, i) => ({ fromMs: acks[i] as number, toMs }));
  return spans.filter((span) => span.toMs - span.fromMs >= SILENCE_MS);
}
