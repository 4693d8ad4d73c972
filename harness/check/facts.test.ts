import { expect, test } from "vitest";
import type { DrillEvent } from "../model/event.ts";
import { baselineRate, gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN } from "./planted-plan.ts";
import { faultMsOf, plantedRun } from "./planted-run.ts";

const record = plantedRun();
const fault = (index: number, state: "injecting" | "injected" | "evidenced", atMs: number): DrillEvent => {
  return { type: "fault", fault: index, kind: "link-cut", state, atMs, detail: {} };
};

test("without a failover A serves, and is the side that is asked", () => {
  expect(gatherFacts(plantedRun({ operator: null })).serving).toBe("a");
  const lost = judge(plantedRun({ operator: null, outage: null, lost: [10, 20] })).measures.lost;
  expect(lost.count).toBe(2);
});

test("after a failover it is the side that the proxy was latched to", () => {
  expect(gatherFacts(record).serving).toBe("b");
});

test("of an operator's step that came twice the first counts", () => {
  const again = record.events.map((e) => (e.type === "operator" ? { ...e, atMs: e.atMs + 3000 } : e));
  const { operator } = gatherFacts({ ...record, events: [...record.events, ...again] });
  expect(operator.detected?.atMs).toBe(faultMsOf(PLAN) + 1500);
});

test("the clocks start at the disaster, the baseline ends at the first fault", () => {
  const [cutMs, lossMs] = [4000, faultMsOf(PLAN)];
  const events = [
    ...record.events.filter((e) => e.type !== "fault"),
    ...[fault(0, "injecting", cutMs), fault(0, "injected", cutMs + 10), fault(0, "evidenced", cutMs + 20)],
    ...[fault(1, "injecting", lossMs), fault(1, "injected", lossMs + 50)],
  ];
  const run = { ...record.run, scenario: { ...record.run.scenario, disaster: 1 } };
  const facts = gatherFacts({ ...record, run, events });
  expect(facts.disaster).toEqual({ beganMs: lossMs, injectedMs: lossMs + 50, evidenced: false });
  expect(facts.baseline).toEqual({ fromMs: 3000, toMs: cutMs });
});

test("the baseline's rate counts acknowledged writes in it, and is unknown without one", () => {
  const facts = gatherFacts(record);
  expect(baselineRate(record, facts)).toBeCloseTo(PLAN.ratePerSecond, 0);
  const half = record.operations.map((op) => (op.n % 2 === 0 ? { ...op, outcome: "info" as const } : op));
  expect(baselineRate({ ...record, operations: half }, facts)).toBeCloseTo(PLAN.ratePerSecond / 2, 0);
  expect(baselineRate(record, { ...facts, baseline: null })).toBeNull();
  expect(baselineRate(record, { ...facts, baseline: { fromMs: 5, toMs: 5 } })).toBeNull();
});
