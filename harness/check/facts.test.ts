import { expect, test } from "vitest";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import { countBelow, gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { underPatroni } from "./testing/fake-patroni.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { cameBack } from "./testing/fake-return.ts";
import { fakeParts, fakeRun, recordOf } from "./testing/fake-run.ts";
import { BASELINE, every, FAULT_MS, timeline } from "./testing/fake-timeline.ts";
import { faultMsOf } from "./testing/fake-writes.ts";

const record = fakeRun();
const { operations } = fakeParts();
const fault = (index: number, state: "injecting" | "injected" | "evidenced", atMs: number): DrillEvent => {
  return { type: "fault", fault: index, kind: "link-cut", state, atMs, detail: {} };
};

test("without a failover A serves, and is the site that is judged", () => {
  expect(gatherFacts(fakeRun({ operator: null })).serving).toBe("a");
  const lost = judge(fakeRun({ operator: null, outage: null, lost: [10, 20] })).measures.lost;
  expect(lost.count).toBe(2);
});

test("after a failover it is the site that the proxy was routed to", () => {
  expect(gatherFacts(record).serving).toBe("b");
});

test("if the site with the route works on the other's database, that database is judged, and the server differs", () => {
  const across = (detail: OperatorEvent["detail"]): DrillEvent => {
    return { type: "operator", plan: "serve-across", step: "latched", side: "a", atMs: 1e6, tookMs: 1, detail };
  };
  const sites = (detail: OperatorEvent["detail"]) => {
    const { serving, other, answering } = gatherFacts({ ...record, events: [...record.events, across(detail)] });
    return { serving, other, answering };
  };
  expect(sites({ database: "b" })).toEqual({ serving: "b", other: "a", answering: "a" });
  expect(sites({ database: "a" })).toEqual({ serving: "a", other: "b", answering: "a" });
  expect(sites({})).toEqual({ serving: "a", other: "b", answering: "a" });
  expect(gatherFacts(record).answering).toBe("b");
});

test("the first of an operator's repeated steps counts", () => {
  const again = record.events.map((e) => (e.type === "operator" ? { ...e, atMs: e.atMs + 3000 } : e));
  const { operator } = gatherFacts({ ...record, events: [...record.events, ...again] });
  expect(operator.detected?.atMs).toBe(faultMsOf(PLAN) + 1500);
});

test("a step of another plan does not belong to the failover", () => {
  const before: DrillEvent = {
    ...{ type: "operator", plan: "switchover", step: "fenced", side: "b", atMs: 1, tookMs: 0, detail: {} },
  };
  const { operator } = gatherFacts({ ...record, events: [before, ...record.events] });
  expect(operator.fenced?.plan).toBe("failover");
});

test("with a proxy that routes by itself the site that acknowledged last serves, even if it acknowledged only one write", () => {
  const served = (count: number, servedBy: string) =>
    gatherFacts(
      fakeRun({}, ({ run }) => ({
        run: { ...run, config: { ...run.config, proxy: "passive" } },
        operations: operations.slice(0, 3).map((op, i) => ({ ...op, servedBy, outcome: i < count ? "ok" : "info" })),
      })),
    ).serving;
  expect([served(3, "b"), served(1, "b"), served(1, "a"), served(0, "b")]).toEqual(["b", "b", "a", "a"]);
});

test("under Patroni, if no primary was ever observed, it is A", () => {
  const { probes, ...parts } = underPatroni(fakeParts());
  const unseen = recordOf({ ...parts, probes: probes.filter(({ type }) => type !== "primary") });
  expect(gatherFacts(unseen)).toMatchObject({ serving: "a", other: "b", answering: "a" });
});

test("a site that came back is read by its database alone", () => {
  const record = recordOf(cameBack(fakeParts({ lost: [10], stranded: [10] })));
  expect(gatherFacts(record).holdings.returned.map(({ complete }) => complete)).toEqual([true]);
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
  expect(facts.disaster).toEqual({ beganMs: lossMs, injectedMs: lossMs + 50 });
  expect(facts.baseline).toMatchObject({ fromMs: 3000, toMs: cutMs });
});

test("there is no baseline without both its ends, and half of the writes are half of the rate", () => {
  expect(gatherFacts(record).baseline?.ratePerSecond).toBeCloseTo(PLAN.ratePerSecond, 0);
  const half = operations.map((op) => (op.n % 2 === 0 ? { ...op, outcome: "info" as const } : op));
  expect(gatherFacts(fakeRun({}, () => ({ operations: half }))).baseline?.ratePerSecond).toBeCloseTo(10, 0);
  for (const type of ["phase", "fault"])
    expect(gatherFacts({ ...record, events: record.events.filter((e) => e.type !== type) }).baseline).toBeNull();
  const early = record.events.map((e) => (e.type === "fault" ? { ...e, atMs: 3000 } : e));
  expect(gatherFacts({ ...record, events: early }).baseline).toBeNull();
});

test("acknowledgements are in order, whatever the order of sending, and of acknowledged writes only", () => {
  const late = operations.map((op) => (op.n % 3 === 0 ? { ...op, completedMs: (op.completedMs as number) + 400 } : op));
  const { acksMs } = gatherFacts(fakeRun({}, () => ({ operations: late })));
  const expected = late.filter((op) => op.outcome === "ok").map((op) => op.completedMs as number);
  expect([...acksMs]).toEqual(expected.toSorted((x, y) => x - y));
});

test("how many values are below a limit", () => {
  const limits = [0, 1, 2, 3, 4, 5].map((limit) => countBelow([1, 2, 2, 4], limit));
  expect(limits).toEqual([0, 0, 1, 3, 3, 4]);
  expect(countBelow([], 3)).toBe(0);
});

test("the baseline is the phase of that name, and ends with the first act of a fault", () => {
  const warmUp: DrillEvent = { type: "phase", phase: "warm-up", atMs: -500 };
  const planned = timeline(BASELINE);
  expect(gatherFacts({ ...planned, events: [warmUp, ...planned.events] }).baseline?.fromMs).toBe(0);
  const evidenced = fault(0, "evidenced", 700);
  expect(gatherFacts({ ...planned, events: [evidenced, ...planned.events] }).baseline?.toMs).toBe(FAULT_MS);
  const late = planned.events.map((e) => (e.type === "phase" ? { ...e, atMs: FAULT_MS + 1 } : e));
  expect(gatherFacts({ ...planned, events: late }).baseline).toBeNull();
});

test("the baseline also ends when a planned operation is given, not at a later event of it", () => {
  const order = (state: "given" | "done", atMs: number): DrillEvent => {
    return { type: "order", order: 0, kind: "restart", state, atMs, detail: {} };
  };
  const planned = timeline(BASELINE);
  const toMs = (...events: DrillEvent[]) =>
    gatherFacts({ ...planned, events: [...events, ...planned.events] }).baseline?.toMs;
  expect(toMs(order("given", 900), order("done", 1000))).toBe(900);
  expect(toMs(order("done", 1000))).toBe(FAULT_MS);
});

test("a fault with only its first or only its last act recorded was not injected", () => {
  for (const state of ["injecting", "injected"]) {
    const events = record.events.filter((e) => e.type !== "fault" || e.state === state);
    expect(gatherFacts({ ...record, events }).disaster).toBeNull();
  }
});

test("the load ends when the last write is sent; without any, at 0", () => {
  expect(gatherFacts(timeline(every(100, 0, 700))).loadEndMs).toBe(600);
  expect(gatherFacts(timeline([])).loadEndMs).toBe(0);
});

test("the serving site is read by its API as well, the other is not", () => {
  const without = (side: string) =>
    fakeRun({}, ({ audit }) => ({ audit: audit.filter((line) => line.type !== "reads-end" || line.side !== side) }));
  expect(gatherFacts(without("b")).holdings.serving.complete).toBe(false);
  expect(gatherFacts(record).holdings.other.complete).toBe(true);
  expect([gatherFacts(record).other, gatherFacts(fakeRun({ operator: null })).other]).toEqual(["a", "b"]);
});
