/**
 * Across regions: what does a write take at a server whose database is in the other region? Milliseconds from sending to
 * acknowledgement, of acknowledged writes. Across: from the end of the order to the last write. Local: from when service
 * was back after the disaster, or from the end of the baseline without one, until the order was given. Of both the second
 * half counts: in the first one a server that has just begun is slow for reasons of its own. A measure, not a promise.
 *
 * Unit: milliseconds.
 * Not examined: the order was not carried out, or there is nothing to compare with.
 * No objective: always else. Without an order that takes compute to the other region's data there is no figure.
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
    const order = orders[index];
    if (order?.kind !== "serve-across") return { verdict: "no-objective", reason: "compute and data stayed together" };
    const at = (state: string) =>
      record.events.find((event) => event.type === "order" && event.order === index && event.state === state)?.atMs;
    const [givenMs, doneMs] = [at("given"), at("done")];
    const parts = phasesOf(record, facts);
    if (givenMs === undefined || doneMs === undefined || parts === null)
      return { verdict: "not-examined", reason: "compute never worked on the other region's data" };
    const fromMs = disaster === null ? parts.before.toMs : parts.after.fromMs;
    const secondHalf = (beganMs: number, toMs: number) =>
      latencyIn(record.history, { fromMs: (beganMs + toMs) / 2, toMs });
    const [local, across] = [secondHalf(fromMs, givenMs), secondHalf(doneMs, facts.loadEndMs)];
    const reason = `a write took ${inMs(across.p50)} (p99 ${inMs(across.p99)}) with the data ${2 * order.latencyMs} ms of round trip away, ${inMs(local.p50)} (p99 ${inMs(local.p99)}) beside it`;
    return {
      verdict: "no-objective",
      reason,
      measures: { acrossRegions: { addedMs: 2 * order.latencyMs, local, across } },
    };
  },
};
