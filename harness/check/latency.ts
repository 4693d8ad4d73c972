/** Latency of acknowledged writes, from sending to acknowledgement, by part of the run. A measure, not a promise. */
import { Column } from "../model/column.ts";
import { OK } from "../model/history.ts";
import { quantiles } from "../stats/quantiles.ts";
import type { Checker } from "./checker.ts";
import { NO_DISASTER } from "./no-disaster.ts";
import { serviceBackMs } from "./rto.ts";

export const latency: Checker = {
  name: "latency",
  check: ({ history, run }, facts) => {
    const { baseline, disaster } = facts;
    if (run.scenario.disaster === null) return NO_DISASTER;
    if (baseline === null || disaster === null)
      return { verdict: "inconclusive", reason: "there is no baseline or no fault" };
    const resumedMs =
      serviceBackMs(history, facts, disaster.beganMs, baseline.ratePerSecond) ?? Number.POSITIVE_INFINITY;
    const { length, outcome, invokedMs, completedMs } = history;
    const between = (fromMs: number, toMs: number) => {
      const took = new Column(Float64Array);
      for (let i = 0; i < length; i += 1) {
        const sentMs = invokedMs[i] as number;
        if (outcome[i] === OK && sentMs >= fromMs && sentMs < toMs) took.push((completedMs[i] as number) - sentMs);
      }
      return quantiles(took.values.subarray(0, took.length));
    };
    const before = between(baseline.fromMs, baseline.toMs);
    const during = between(disaster.beganMs, resumedMs);
    const after = between(resumedMs, Number.POSITIVE_INFINITY);
    const p99 = (q: { p99: number | null }) => (q.p99 === null ? "–" : `${q.p99.toFixed(0)} ms`);
    const reason = `p99 ${p99(before)} before the fault, ${p99(after)} after service came back`;
    return { verdict: "unasked", reason, measures: { latency: { before, during, after } } };
  },
};
