/** Latency of acknowledged writes, from sending to acknowledgement, by part of the run. A measure, not a promise. */
import type { Operation } from "../model/operation.ts";
import { quantiles } from "../stats/quantiles.ts";
import type { Checker } from "./checker.ts";
import { baselineRate } from "./facts.ts";
import { serviceBackMs } from "./rto.ts";

export const latency: Checker = {
  name: "latency",
  check: (record, facts) => {
    const { baseline, disaster } = facts;
    if (baseline === null || disaster === null)
      return { verdict: "inconclusive", reason: "there is no baseline or no fault" };
    const resumedMs =
      serviceBackMs(record.operations, disaster.beganMs, baselineRate(record, facts) ?? 0, facts.loadEndMs) ??
      Number.POSITIVE_INFINITY;
    const between = (fromMs: number, toMs: number) =>
      quantiles(
        record.operations
          .filter((op) => op.outcome === "ok" && op.invokedMs >= fromMs && op.invokedMs < toMs)
          .map(tookMs),
      );
    const before = between(baseline.fromMs, baseline.toMs);
    const during = between(disaster.beganMs, resumedMs);
    const after = between(resumedMs, Number.POSITIVE_INFINITY);
    const p99 = (q: { p99: number | null }) => (q.p99 === null ? "–" : `${q.p99.toFixed(0)} ms`);
    return {
      verdict: "holds",
      reason: `p99 ${p99(before)} before the fault, ${p99(after)} after service came back`,
      measures: { latency: { before, during, after } },
    };
  },
};

function tookMs(op: Operation): number {
  return (op.completedMs as number) - op.invokedMs;
}
