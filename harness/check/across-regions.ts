/**
 * Across regions: how long does a write take at a server whose database is in the other region? Milliseconds from
 * sending to acknowledgement, of acknowledged writes. Only the second half of each time counts: in the first half a
 * server that has just started is slow for other reasons. A measure, not a promise.
 *
 * Across: from the end of the planned operation to the last write.
 * Local: from when service was back after the disaster, or from the end of the baseline without one, until the
 * operation was given.
 *
 * Unit: milliseconds.
 * Not examined: the planned operation was not carried out, or there is nothing to compare with.
 * No objective: always otherwise. Without an operation that moves compute to the other region's data there is no
 * figure.
 */
import type { Checker } from "./checker.ts";
import { inMs, latencyIn } from "./latency.ts";
import { phasesOf } from "./phases.ts";

export const acrossRegions: Checker = {
  name: "across-regions",
  needsTimes: true,
  check: (record, facts) => {
    const { orders, disaster } = record.run.scenario;
    const index = orders.findIndex(({ kind }) => kind === "serve-across");
    const operation = orders[index];
    if (operation?.kind !== "serve-across")
      return { verdict: "no-objective", reason: "compute and data stayed together" };
    const at = (state: string) =>
      record.events.find((event) => event.type === "order" && event.order === index && event.state === state)?.atMs;
    const [givenMs, doneMs] = [at("given"), at("done")];
    const phases = phasesOf(record, facts);
    if (givenMs === undefined || doneMs === undefined || phases === null)
      return { verdict: "not-examined", reason: "no server ever worked on the other region's data" };
    const fromMs = disaster === null ? phases.before.toMs : phases.after.fromMs;
    const secondHalf = (beganMs: number, toMs: number) =>
      latencyIn(record.history, { fromMs: (beganMs + toMs) / 2, toMs });
    const [local, across] = [secondHalf(fromMs, givenMs), secondHalf(doneMs, facts.loadEndMs)];
    const reason = `a write took ${inMs(across.p50)} (p99 ${inMs(across.p99)}) with its data ${2 * operation.latencyMs} ms of round trip away, ${inMs(local.p50)} (p99 ${inMs(local.p99)}) with local data`;
    return {
      verdict: "no-objective",
      reason,
      measures: { acrossRegions: { addedMs: 2 * operation.latencyMs, local, across } },
    };
  },
};
