import { expect, test } from "vitest";
import type { DrillEvent } from "../model/event.ts";
import { acrossRegions } from "./across-regions.ts";
import { gatherFacts } from "./facts.ts";
import type { Parts } from "./planted-run.ts";
import { BASELINE, every, type Instants, timeline } from "./planted-timeline.ts";

const order = (state: "given" | "done", atMs: number): DrillEvent => {
  return { type: "order", order: 0, kind: "serve-across", state, atMs, detail: {} };
};
const took = (ms: number, list: readonly Instants[]) => list.map(([sentMs]): Instants => [sentMs, sentMs + ms]);
/**
 * Service is away from 2000 to 4000 and back with the acknowledgement at 4050; the order is given at 8050 and done at
 * 10000. Of the times between, the first half is slow.
 */
const WRITES = [
  ...BASELINE,
  ...every(100, 2000, 4000, false),
  ...took(50, every(100, 4000, 6050)),
  ...took(12, every(100, 6100, 8050)),
  ...took(300, every(100, 8100, 10_000)),
  ...took(90, every(100, 10_000, 12_950)),
  ...took(40, every(100, 13_000, 16_000)),
];
const ordered =
  (...events: DrillEvent[]) =>
  (parts: Parts): Partial<Parts> => {
    const orders = [{ kind: "serve-across", compute: "a", latencyMs: 15, afterSeconds: 6 } as const];
    return {
      run: { ...parts.run, scenario: { ...parts.run.scenario, orders } },
      events: [...parts.events, ...events],
    };
  };
function checked(edit: (parts: Parts) => Partial<Parts>) {
  const record = timeline(WRITES, {}, edit);
  return acrossRegions.check(record, gatherFacts(record));
}

test("a write with its data in the other region, and one with it beside, without the first half of both times", () => {
  const { verdict, reason, measures } = checked(ordered(order("given", 8050), order("done", 10_000)));
  expect(verdict).toBe("unasked");
  expect(measures?.acrossRegions).toMatchObject({
    addedMs: 30,
    local: { p50: 12, p99: 12, count: 20 },
    across: { p50: 40, p99: 40, count: 29 },
  });
  expect(reason).toBe(
    "a write took 40 ms (p99 40 ms) with the data 30 ms of round trip away, 12 ms (p99 12 ms) beside it",
  );
});

test("an order that was not done has no figures, and where there was none nobody asks", () => {
  expect(checked(ordered(order("given", 8050)))).toEqual({
    verdict: "unasked",
    reason: "compute never worked on the other region's data",
  });
  expect(checked(() => ({}))).toEqual({ verdict: "unasked", reason: "compute and data stayed together" });
});
