import { describe, expect, test } from "vitest";
import { fakeRun } from "../../check/testing/fake-run.ts";
import type { FaultSpec } from "../../model/plan/fault.ts";
import type { DrillEvent, FaultEvent, OperatorEvent } from "../../model/record/event.ts";
import { lanesOf } from "./lanes.ts";
import type { Lane } from "./page-data.ts";

const END_MS = 9000;
const NEVER_DOWN = { seconds: 0, censored: false, intervals: [] };
const fault = (state: FaultEvent["state"], atMs: number): DrillEvent => {
  return { type: "fault", fault: 0, kind: "region-loss", state, atMs, detail: {} };
};
const step = (step: OperatorEvent["step"], atMs: number, plan: OperatorEvent["plan"] = "failover"): DrillEvent => {
  return { type: "operator", plan, step, side: "b", atMs, tookMs: 100, detail: {} };
};
const operation = (state: "given" | "done" | "failed", atMs: number): DrillEvent => {
  return { type: "order", order: 0, kind: "switchover", state, atMs, detail: {} };
};

function lanes(
  kind: Lane["kind"],
  events: DrillEvent[],
  downtime = NEVER_DOWN as Parameters<typeof lanesOf>[1],
): Lane[] {
  const { run, ...record } = fakeRun();
  const scenario = { ...run.scenario, orders: [{ kind: "switchover" as const, to: "a" as const, afterSeconds: 3 }] };
  return lanesOf({ ...record, run: { ...run, scenario }, events }, downtime, END_MS).filter(
    (lane) => lane.kind === kind,
  );
}

describe("a fault", () => {
  const [began, active] = [fault("injecting", 1000), fault("evidenced", 1200)];

  test("is certain from the evidence that it is active until it is cleared", () => {
    const [lane] = lanes("fault", [began, fault("injected", 1100), active, fault("healed", 4000)]);
    expect(lane?.text).toBe("injected from 1.000 s to 1.100 s, active at 1.200 s, cleared at 4.000 s");
    expect(lane?.bars.map(({ fromMs, toMs, certain }) => [fromMs, toMs, certain])).toEqual([
      [1000, 1200, false],
      [1200, 4000, true],
    ]);
    expect(lane?.ticksMs).toEqual([1000, 1100, 1200, 4000]);
  });

  test("that stayed active has its last evidence, and one that stopped by itself is not certain from then on", () => {
    const until = (state: "lasted" | "not-lasted") =>
      lanes("fault", [began, fault("injected", 1100), active, fault(state, 3900), fault("healed", 4000)])[0];
    expect(until("lasted")?.text).toMatch(/active at 1.200 s, still active at 3.900 s, cleared at 4.000 s$/);
    expect(until("lasted")?.bars.at(-1)).toMatchObject({ toMs: 4000, certain: true });
    expect(until("not-lasted")?.text).toMatch(/at 1.200 s, no longer active at 3.900 s, cleared at 4.000 s$/);
    expect(until("not-lasted")?.bars.at(-1)).toMatchObject({ toMs: 3900, certain: true });
  });

  test("without evidence is never certain, and one that was not healed lasts to the end", () => {
    const [lane] = lanes("fault", [began, fault("injected", 1100), fault("not-evidenced", 1500)]);
    expect(lane?.text).toBe("injected from 1.000 s to 1.100 s, not active at 1.500 s, never confirmed cleared");
    expect(lane?.bars).toMatchObject([{ fromMs: 1000, toMs: END_MS, certain: false }]);
    expect(lanes("fault", [began])[0]?.text).toBe(
      "injection started at 1.000 s, never completed, no evidence that it was active, never confirmed cleared",
    );
  });

  test("that was never injected is listed without a bar", () => {
    expect(lanes("fault", [])).toMatchObject([{ name: "region-loss of A", text: "never injected", bars: [] }]);
  });

  test("is named after what it breaks", () => {
    const { run, ...record } = fakeRun();
    const faults: FaultSpec[] = [
      { kind: "link-cut", link: "replication", afterSeconds: 0 },
      { kind: "freeze", part: "pg-a", afterSeconds: 0 },
    ];
    const named = lanesOf({ ...record, run: { ...run, scenario: { ...run.scenario, faults } } }, NEVER_DOWN, END_MS);
    expect(named.filter(({ kind }) => kind === "fault").map(({ name }) => name)).toEqual([
      "link-cut of replication",
      "freeze of pg-a",
    ]);
  });
});

test("a plan executed twice has two lanes, each from before its first step", () => {
  const events = [
    step("detected", 1000),
    step("refused", 1100),
    step("detected", 3000),
    step("latched", 4000),
    step("done", 4001),
  ];
  const plans = lanes("plan", events);
  expect(plans.map(({ text }) => text)).toEqual([
    "detected B at 1.000 s, refused B at 1.100 s",
    "detected B at 3.000 s, latched B at 4.000 s, done B at 4.001 s",
  ]);
  expect(plans[1]?.bars).toMatchObject([{ fromMs: 2900, toMs: 4001 }]);
});

test("an operation lasts until it ended, however it did, or to the end", () => {
  const of = (events: DrillEvent[]) => lanes("order", events)[0];
  expect(of([operation("given", 2000), operation("failed", 2500)])).toMatchObject({
    text: "given at 2.000 s, failed at 2.500 s",
    bars: [{ fromMs: 2000, toMs: 2500 }],
  });
  expect(of([operation("given", 2000)])).toMatchObject({
    text: "given at 2.000 s, never ended",
    bars: [{ toMs: END_MS }],
  });
  expect(of([])).toMatchObject({ text: "never started", bars: [] });
});

describe("outages", () => {
  const text = (seconds: number | null, count: number) => {
    const intervals = Array.from({ length: count }, (_, i) => ({ fromMs: i * 1000, toMs: i * 1000 + 250 }));
    return lanes("down", [], { seconds, censored: false, intervals })[0]?.text;
  };

  test("are listed; none and not known are distinguished", () => {
    expect([text(null, 0), text(0, 0), text(0.25, 1)]).toEqual([
      "not known",
      "at no time",
      "0.000 s to 0.250 s (0.250 s)",
    ]);
  });

  test("are listed up to a limit, with the number of further ones", () => {
    expect(text(250, 1000)).toMatch(/11\.250 s \(0\.250 s\), and 988 more times$/);
  });
});
