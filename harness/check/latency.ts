/**
 * Latency: of acknowledged writes, from sending to acknowledgement, by the phase of the run in which they were sent
 * (`phases`). A measure, not a promise.
 *
 * Unit: milliseconds.
 * Inconclusive: there is no baseline, or the act that ends it never came.
 * No objective: always otherwise.
 */
import { Column } from "../model/columns/column.ts";
import { type History, OK } from "../model/columns/history.ts";
import { quantiles } from "../stats/quantiles.ts";
import type { Checker } from "./checker.ts";
import { type Phase, phasesOf } from "./phases.ts";

export const latency: Checker = {
  name: "latency",
  needsTimes: true,
  check: (record, facts) => {
    const isDisaster = record.run.scenario.disaster !== null;
    const phases = phasesOf(record, facts);
    if (phases === null) return { verdict: "inconclusive", reason: "there is no baseline or no fault" };
    const [before, during, after] = [phases.before, phases.during, phases.after].map((phase) =>
      latencyIn(record.history, phase),
    ) as [Quantiles, Quantiles, Quantiles];
    const p99 = (q: Quantiles) => inMs(q.p99);
    const reason = isDisaster
      ? `p99 ${p99(before)} before the fault, ${p99(after)} after service came back`
      : `p99 ${p99(before)} before anything was done, ${p99(during)} meanwhile, ${p99(after)} afterwards`;
    return { verdict: "no-objective", reason, measures: { latency: { before, during, after } } };
  },
};

/** Formats milliseconds for people. */
export function inMs(value: number | null): string {
  return value === null ? "–" : `${value.toFixed(0)} ms`;
}

type Quantiles = ReturnType<typeof quantiles>;

/** Quantiles over the acknowledged writes that were sent in that phase. */
export function latencyIn({ length, outcome, invokedMs, completedMs }: History, { fromMs, toMs }: Phase): Quantiles {
  const took = new Column(Float64Array);
  for (let i = 0; i < length; i += 1) {
    const sentMs = invokedMs[i] as number;
    if (outcome[i] === OK && sentMs >= fromMs && sentMs < toMs) took.push((completedMs[i] as number) - sentMs);
  }
  return quantiles(took.values.subarray(0, took.length));
}
