import { expect, test } from "vitest";
import type { DrillEvent } from "../model/record/event.ts";
import { acrossRegions } from "./across-regions.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import type { Parts } from "./testing/fake-run.ts";
import { BASELINE, every, type Instants, timeline } from "./testing/fake-timeline.ts";

const order = (state: "given" | "done", atMs: number, index = 0): DrillEvent => {
  return { type: "order", order: index, kind: "serve-across", state, atMs, detail: {} };
};
const took = (ms: number, list: readonly Instants[]) => list.map(([sentMs]): Instants => [sentMs, sentMs + ms]);
/**
 * Service is away from 2000 to 4000 and back with the acknowledgement at 4050; the planned operation is given at 8050
 * and done at 10000. The first half of each time between is slow.
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
const ACROSS = { kind: "serve-across", compute: "a", latencyMs: 15, afterSeconds: 6 } as const;
const ordered =
  (...events: DrillEvent[]) =>
  (parts: Parts): Partial<Parts> => {
    return {
      run: { ...parts.run, scenario: { ...parts.run.scenario, orders: [ACROSS] } },
      events: [...parts.events, ...events],
    };
  };
function checked(edit: (parts: Parts) => Partial<Parts>) {
  const record = timeline(WRITES, {}, edit);
  return acrossRegions.check(record, gatherFacts(record));
}

test("compares writes with remote data and with local data, without the first half of each time", () => {
  const { verdict, reason, measures } = checked(ordered(order("given", 8050), order("done", 10_000)));
  expect(verdict).toBe("no-objective");
  expect(measures?.acrossRegions).toMatchObject({
    addedMs: 30,
    local: { p50: 12, p99: 12, count: 20 },
    across: { p50: 40, p99: 40, count: 29 },
  });
  expect(reason).toBe(
    "a write took 40 ms (p99 40 ms) with its data 30 ms of round trip away, 12 ms (p99 12 ms) with local data",
  );
});

test("finds the planned operation among others, before and after the disaster, by its index", () => {
  const edit = (parts: Parts): Partial<Parts> => {
    const restart = { kind: "restart", side: "b", afterSeconds: 1 } as const;
    const run = { ...parts.run, scenario: { ...parts.run.scenario, orders: [restart, ACROSS] } };
    const others = [order("given", 5000), order("done", 5100)];
    return { run, events: [...parts.events, ...others, order("given", 8050, 1), order("done", 10_000, 1)] };
  };
  expect(checked(edit).measures?.acrossRegions).toMatchObject({ local: { count: 20 }, across: { count: 29 } });
});

test("without a disaster the data was local from the end of the baseline on, which the first operation ended", () => {
  const edit = (parts: Parts): Partial<Parts> => {
    const orders = [ACROSS, { kind: "restart", side: "b", afterSeconds: 1 } as const];
    const first = [order("given", 6050, 1), order("done", 6060, 1)];
    return {
      run: { ...parts.run, scenario: { ...parts.run.scenario, orders, disaster: null, faults: [] } },
      events: [
        ...parts.events.filter(({ type }) => type !== "fault"),
        ...[...first, order("given", 8050), order("done", 10_000)],
      ],
    };
  };
  expect(checked(edit).measures?.acrossRegions).toMatchObject({
    local: { p50: 12, p99: 12, count: 10 },
    across: { p50: 40, p99: 40, count: 29 },
  });
});

test("an operation that was not given, or not done, has no figures; without one there is no objective", () => {
  const baseline = (parts: Parts): Partial<Parts> => {
    const { run, events = [] } = ordered(order("given", 8050), order("done", 10_000))(parts);
    return { ...(run && { run }), events: events.filter(({ type }) => type !== "phase") };
  };
  for (const edit of [ordered(order("given", 8050)), ordered(order("done", 10_000)), baseline])
    expect(checked(edit)).toEqual({
      verdict: "not-examined",
      reason: "no server ever worked on the other region's data",
    });
  expect(checked(() => ({}))).toEqual({ verdict: "no-objective", reason: "compute and data stayed together" });
});

test("is inconclusive without k6's clock", () => {
  const record = timeline(WRITES, {}, ordered(order("given", 8050), order("done", 10_000)));
  expect(judge({ ...record, run: { ...record.run, clock: null } }, [acrossRegions]).checks).toMatchObject([
    { name: "across-regions", verdict: "inconclusive" },
  ]);
});
