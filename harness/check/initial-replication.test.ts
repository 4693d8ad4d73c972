import { expect, test } from "vitest";
import type { Scenario } from "../model/plan/scenario.ts";
import type { DrillEvent, OperatorEvent, PlannedOperationEvent } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { initialReplication } from "./initial-replication.ts";
import { judge } from "./judge.ts";
import type { Parts } from "./testing/fake-run.ts";
import { BASELINE, every, type Instants, timeline } from "./testing/fake-timeline.ts";

/** The operator's step of a copy from 2500 to 4500, with its details. */
const copied = (detail: OperatorEvent["detail"]): DrillEvent => {
  return { type: "operator", plan: "start-replication", step: "copied", side: "b", atMs: 4500, tookMs: 2000, detail };
};
const whole = { tables: 45, rows: 8000, bytes: 6_000_000, seconds: 2 };
const given: DrillEvent = {
  type: "order",
  order: 0,
  kind: "start-replication",
  state: "given",
  atMs: 2000,
  detail: {},
};
/** A switchover follows it. */
const ORDERS: Scenario["orders"] = [
  { kind: "start-replication", afterSeconds: 0 },
  { kind: "switchover", to: "b", afterSeconds: 60 },
];
const ordered =
  (...events: DrillEvent[]) =>
  (parts: Parts): Partial<Parts> => ({
    run: { ...parts.run, scenario: { ...parts.run.scenario, disaster: null, orders: ORDERS } },
    events: [...parts.events.filter(({ type }) => type === "phase"), given, ...events],
  });
const slow = (ms: number, list: readonly Instants[]) => list.map(([sentMs]): Instants => [sentMs, sentMs + ms]);
/** Ten writes a second, and half of them while tables are copied. */
const WRITES = [...BASELINE, ...every(100, 2000, 2500), ...slow(80, every(200, 2500, 4500)), ...every(100, 4500, 9000)];

function checked(...events: DrillEvent[]) {
  const record = timeline(WRITES, {}, ordered(...events));
  return initialReplication.check(record, gatherFacts(record));
}

test("reports what was copied, in what time, and the effect on writes", () => {
  const { verdict, reason, measures } = checked(copied(whole));
  expect(verdict).toBe("no-objective");
  expect(measures?.initialReplication).toEqual({
    ...{ seconds: 2, tables: 45, rows: 8000, bytes: 6_000_000, rowsPerSecond: 4000, missing: null },
    before: { p50: 10, p95: 10, p99: 10, count: 20, ratePerSecond: 10 },
    during: { p50: 80, p95: 80, p99: 80, count: 10, ratePerSecond: 5 },
  });
  expect(reason).toBe(
    "8000 rows were copied in 2.00 s; p99 80 ms meanwhile, 10 ms in the baseline; 5.0 writes/s, 10.0 in the baseline",
  );
});

test("what the operator did not record is not known", () => {
  const { measures, reason } = checked(copied({}));
  const found = measures?.initialReplication;
  expect(found).toMatchObject({ seconds: 2, tables: null, rows: null, bytes: null, rowsPerSecond: null });
  expect(reason).toMatch(/^\? rows were copied in 2\.00 s; /);
});

test("a copy that took no time has no rate, and no writes meanwhile", () => {
  const { measures, reason } = checked(copied({ ...whole, seconds: 0 }));
  expect(measures?.initialReplication).toMatchObject({
    rowsPerSecond: null,
    during: { count: 0, ratePerSecond: null },
  });
  expect(reason).toMatch(/ – meanwhile, 10 ms in the baseline; – writes\/s, 10\.0 in the baseline$/);
});

test("counts the copy of that planned operation, not other plans' copies or its other steps", () => {
  const rebuilt = { ...copied({ rows: 5, seconds: 1 }), plan: "rebuild", atMs: 2900, tookMs: 500 } as DrillEvent;
  const decided = { ...copied({ rows: 6, seconds: 1 }), step: "decided", atMs: 2950 } as DrillEvent;
  expect(checked(rebuilt, decided, copied(whole)).measures?.initialReplication).toMatchObject({
    rows: 8000,
    seconds: 2,
  });
  expect(checked(rebuilt, decided).reason).toBe("B never held all that A holds");
});

test("finds what A held before the load and B lacks, which no other check does", () => {
  const done = (detail: PlannedOperationEvent["detail"]): DrillEvent => {
    return { type: "order", order: 0, kind: "start-replication", state: "done", atMs: 5000, detail };
  };
  const another = { ...done({ seeded: 5 }), order: 1, kind: "switchover", atMs: 4900 } as DrillEvent;
  const holding = (detail: PlannedOperationEvent["detail"]) => {
    const record = timeline(WRITES, {}, (parts) => {
      const { run, ...rest } = { ...parts, ...ordered(copied(whole), another, done(detail))(parts) };
      return { ...rest, run: { ...run, scenario: { ...run.scenario, start: { replicated: false, resources: 300 } } } };
    });
    const { verdict, reason, measures } = initialReplication.check(record, gatherFacts(record));
    return [verdict, measures?.initialReplication?.missing, reason];
  };
  expect(holding({ seeded: 299 })).toEqual(["broken", 1, "B lacks 1 of the resources that A held before the load"]);
  expect(holding({ seeded: 300 }).slice(0, 2)).toEqual(["no-objective", 0]);
  const uncounted = ["inconclusive", null, "what B holds of the data before the load was not counted"];
  for (const nothing of [{}, { seeded: null }]) expect(holding(nothing)).toEqual(uncounted);
});

test("an unfinished copy has no figures", () => {
  expect(checked()).toEqual({ verdict: "not-examined", reason: "B never held all that A holds" });
});

test("no objective if another operation was planned", () => {
  const record = timeline(WRITES, {}, ({ run, events }) => ({
    run: { ...run, scenario: { ...run.scenario, orders: [{ kind: "switchover", to: "b", afterSeconds: 1 }] } },
    events: [...events, copied(whole)],
  }));
  expect(initialReplication.check(record, gatherFacts(record))).toEqual({
    verdict: "no-objective",
    reason: "no site was ordered to follow",
  });
});

test("is not examined without a baseline", () => {
  const record = timeline(WRITES, {}, ordered(copied(whole)));
  expect(initialReplication.check(record, { ...gatherFacts(record), baseline: null })).toEqual({
    verdict: "not-examined",
    reason: "there is no baseline",
  });
});

test("is listed under its name, and is inconclusive if k6's clock was never mapped", () => {
  const record = timeline(WRITES, {}, ({ run }) => ({ run: { ...run, clock: null } }));
  expect(judge(record, [initialReplication]).checks).toMatchObject([
    {
      name: "initial-replication",
      verdict: "inconclusive",
      reason: expect.stringMatching(/^k6's clock was never mapped/),
    },
  ]);
});
