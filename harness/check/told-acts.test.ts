import { describe, expect, test } from "vitest";
import type { PlannedOperation } from "../model/plan/planned-operation.ts";
import type { Scenario } from "../model/plan/scenario.ts";
import type { DrillEvent, FaultEvent, PlannedOperationEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { toldPlan } from "./testing/fake-steps.ts";
import { faultMsOf } from "./testing/fake-writes.ts";
import { wrongActs } from "./told-acts.ts";

const healthy = fakeRun();
const { events } = healthy;
const FAULT_MS = faultMsOf(PLAN);
const wrong = (changed: DrillEvent[], scenario: Partial<Scenario> = {}) =>
  wrongActs({
    ...healthy,
    events: changed,
    run: { ...healthy.run, scenario: { ...healthy.run.scenario, ...scenario } },
  });
const at = (is: (event: DrillEvent) => boolean) => events.findIndex(is);
const isPhase = (phase: string) => (event: DrillEvent) => event.type === "phase" && event.phase === phase;
const isState = (state: string) => (event: DrillEvent) => event.type === "fault" && event.state === state;
/** Moves an event to another time, and to its new place in order. */
const moved = (is: (event: DrillEvent) => boolean, byMs: number) =>
  events
    .map((event) => (is(event) ? { ...event, atMs: event.atMs + byMs } : event))
    .toSorted((x, y) => x.atMs - y.atMs);

test("a run that followed its scenario has nothing wrong", () => {
  expect(wrong(events)).toEqual([]);
});

describe("the phases", () => {
  test.each(["warm-up", "baseline", "after", "quiesce", "audit"])("%s is there, once, and in its place", (phase) => {
    const i = at(isPhase(phase));
    expect(wrong(events.toSpliced(i, 1))).toEqual([`the events lack phases: ${phase}`]);
    const other = phase === "audit" ? 0 : events.length;
    const elsewhere = events.toSpliced(i, 1).toSpliced(other, 0, events[i] as DrillEvent);
    expect(wrong(elsewhere)).toEqual(expect.arrayContaining([expect.stringMatching(/^the phases are not warm-up, /)]));
  });

  test("may end in a second audit, and begin by filling A if that is planned", () => {
    const last = events.at(-1) as DrillEvent;
    expect(wrong([...events, { ...last, atMs: last.atMs + 1 }])).toEqual([]);
    const first: DrillEvent = { type: "phase", phase: "seed", atMs: 0 };
    const start = { replicated: true, resources: 5 };
    expect(wrong([first, ...events], { start })).toEqual([]);
    expect(wrong(events, { start })).toEqual(["the events lack phases: seed"]);
    expect(wrong([first, ...events])).toEqual([expect.stringMatching(/but seed, warm-up/)]);
  });
});

describe("what comes after the load", () => {
  const lastMs = Math.max(...[...healthy.history].map(({ completedMs }) => completedMs as number));
  const { errorMs } = PLAN.clock;
  const begun = (phase: string, atMs: number) => {
    const others = phase === "quiesce" ? events : events.filter((event) => !isPhase("quiesce")(event));
    const moved = others.map((event) => (isPhase(phase)(event) ? { ...event, atMs } : event));
    return wrong(moved.toSorted((x, y) => x.atMs - y.atMs)).filter((text) => text.startsWith("the phase "));
  };

  test.each(["quiesce", "audit"])("%s begins when the last write was answered, not earlier", (phase) => {
    expect(begun(phase, lastMs - errorMs)).toEqual([]);
    expect(begun(phase, lastMs - errorMs - 1)).toEqual([
      `the phase ${phase} began 0.003 s before the last write was answered`,
    ]);
  });

  test("a write that was never answered counts by its sending", () => {
    const unanswered = fakeRun({}, ({ operations }) => ({
      operations: operations.map((op) => ({ ...op, completedMs: null, outcome: "info" as const })),
      events: events.map((event) => (isPhase("audit")(event) ? { ...event, atMs: 5000 } : event)),
    }));
    expect(wrongActs(unanswered)).toContain("the phase audit began 8.950 s before the last write was answered");
    expect(wrongActs({ ...unanswered, run: { ...unanswered.run, clock: null } })).not.toContain(
      expect.stringMatching(/^the phase audit/),
    );
  });
});

describe("a fault", () => {
  test.each(["injecting", "injected", "evidenced"])("is recorded as %s once", (state) => {
    const i = at(isState(state));
    expect(wrong(events.toSpliced(i, 1))).toEqual([`the fault region-loss lacks the state "${state}"`]);
    expect(wrong(events.toSpliced(i, 0, events[i] as DrillEvent))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^the fault region-loss has its states out of order/)]),
    );
  });

  test("is evidenced after it was injected", () => {
    const [i, j] = [at(isState("injected")), at(isState("evidenced"))];
    const turned = events.with(i, events[j] as DrillEvent).with(j, events[i] as DrillEvent);
    expect(wrong(turned)).toEqual([
      "the fault region-loss has its states out of order: injecting, evidenced, injected",
    ]);
  });

  test("is in the scenario, at that place", () => {
    const [fault] = healthy.run.scenario.faults as [Scenario["faults"][number]];
    const renamed = events.map((event) => (event.type === "fault" ? { ...event, kind: "link-cut" } : event));
    expect(wrong(renamed)[0]).toBe("the events have a fault 0 (link-cut) that the scenario has not");
    const shifted = events.map((event) => (event.type === "fault" ? { ...event, fault: 1 } : event));
    expect(wrong(shifted)[0]).toBe("the events have a fault 1 (region-loss) that the scenario has not");
    const other = { ...fault, side: "b" } as Scenario["faults"][number];
    expect(wrong(events, { faults: [other] })).toEqual([
      "the fault region-loss was injected in another form than planned",
    ]);
  });

  test("that an older run recorded without defaults is the same", () => {
    const older = events.map((event) =>
      event.type === "fault" ? { ...event, detail: { kind: "region-loss", side: "a", afterSeconds: 0 } } : event,
    );
    expect(wrong(older)).toEqual([]);
  });

  test("that could not be injected is recorded as such, and not as injected", () => {
    const failed = events.flatMap((event): DrillEvent[] =>
      event.type !== "fault"
        ? [event]
        : event.state === "injected"
          ? []
          : event.state === "evidenced"
            ? [{ ...event, state: "not-evidenced" }]
            : [event],
    );
    expect(wrong(failed)).toEqual([]);
  });

  test("heals if planned, and not otherwise, after its healing was carried out", () => {
    const [loss] = healthy.run.scenario.faults as [Scenario["faults"][number]];
    const healing = { ...loss, healAfterSeconds: 2 };
    const detail = { orderedMs: FAULT_MS + 2000 };
    const healed = {
      type: "fault",
      fault: 0,
      kind: "region-loss",
      state: "healed",
      atMs: FAULT_MS + 2500,
      detail,
    } as const;
    const withHealing = (event: FaultEvent) =>
      [...events, event]
        .map((each) => (isState("injecting")(each) ? { ...each, detail: healing } : each))
        .toSorted((x, y) => x.atMs - y.atMs) as DrillEvent[];
    expect(wrong(withHealing(healed), { faults: [healing] })).toEqual([]);
    expect(wrong(withHealing({ ...healed, state: "not-healed" }), { faults: [healing] })).toEqual([]);
    expect(
      wrong(
        withHealing(healed).filter((event) => !isState("healed")(event)),
        { faults: [healing] },
      ),
    ).toEqual(['the fault region-loss lacks the state "healed"']);
    expect(wrong(withHealing(healed), { faults: [loss] })).toContain(
      "the fault region-loss was healed, which was not planned",
    );
    const untimely = expect.stringMatching(/^the fault region-loss has a healing time that is not between/);
    for (const orderedMs of [FAULT_MS + 2501, FAULT_MS - 1])
      expect(wrong(withHealing({ ...healed, detail: { orderedMs } }), { faults: [healing] })).toContainEqual(untimely);
    // A missing healing is reported once, and is neither early nor late.
    expect(wrong(withHealing({ ...healed, detail: {} }), { faults: [healing] })).toEqual([untimely]);
  });

  test("heals after the last check of it, and before it was seen to be cleared", () => {
    const [loss] = healthy.run.scenario.faults as [Scenario["faults"][number]];
    const healing = { ...loss, healAfterSeconds: 2 };
    const of = { type: "fault", fault: 0, kind: "region-loss" } as const;
    const healedWhen = (orderedMs: number) =>
      wrong(
        [
          ...events.map((event) => (isState("injecting")(event) ? { ...event, detail: healing } : event)),
          { ...of, state: "lasted" as const, atMs: FAULT_MS + 2100, detail: {} },
          { ...of, state: "healed" as const, atMs: FAULT_MS + 2500, detail: { orderedMs } },
        ].toSorted((x, y) => x.atMs - y.atMs) as DrillEvent[],
        { faults: [healing] },
      );
    for (const afterMs of [2100, 2300, 2500]) expect(healedWhen(FAULT_MS + afterMs)).toEqual([]);
    for (const afterMs of [2099, 2501])
      expect(healedWhen(FAULT_MS + afterMs)).toEqual([expect.stringMatching(/has a healing time that is not between/)]);
  });

  test("that is only recorded as healed is missing, in the scenario or not", () => {
    const healed = (fault: number): FaultEvent => {
      const detail = { orderedMs: FAULT_MS + 2000 };
      return { type: "fault", fault, kind: "region-loss", state: "healed", atMs: FAULT_MS + 2500, detail };
    };
    const [loss] = healthy.run.scenario.faults as [Scenario["faults"][number]];
    const others = events.filter((event) => event.type !== "fault");
    expect(wrong([...others, healed(0)], { faults: [{ ...loss, healAfterSeconds: 2 }] })).toContain(
      'the fault region-loss lacks the state "injecting", "injected", "evidenced"',
    );
    expect(wrong([...events, healed(1)])).toEqual([
      "the events have a fault 1 (region-loss) that the scenario has not",
    ]);
  });
});

describe("an act comes at its time", () => {
  const isFault = (event: DrillEvent) => event.type === "fault";

  test("some milliseconds early, half a second late and no more", () => {
    for (const byMs of [-20, 0, 500]) expect(wrong(moved(isFault, byMs))).toEqual([]);
    for (const [byMs, off] of [
      [-21, "-0.021 s after its time, at 6.016 s"],
      [501, "0.501 s after its time, at 6.538 s"],
    ] as const)
      expect(wrong(moved(isFault, byMs))).toEqual([`region-loss is recorded ${off}`]);
  });

  test("a healing may be late, because it waits for others, but never early", () => {
    const [loss] = healthy.run.scenario.faults as [Scenario["faults"][number]];
    const healing = { ...loss, healAfterSeconds: 2 };
    const healed = (afterMs: number) =>
      wrong(
        [
          ...events.map((event) => (isState("injecting")(event) ? { ...event, detail: healing } : event)),
          {
            ...{ type: "fault", fault: 0, kind: "region-loss", state: "healed", atMs: FAULT_MS + 9000 },
            detail: { orderedMs: FAULT_MS + afterMs },
          },
        ].toSorted((x, y) => x.atMs - y.atMs) as DrillEvent[],
        { faults: [healing] },
      );
    for (const afterMs of [1980, 2000, 4000]) expect(healed(afterMs)).toEqual([]);
    expect(healed(1000)).toEqual(["region-loss was healed 1.000 s before its time"]);
  });

  test("a last check may delay an act due at the same time, a healing does not", () => {
    const [loss] = healthy.run.scenario.faults as [Scenario["faults"][number]];
    const second = { ...loss, afterSeconds: 1 } as Scenario["faults"][number];
    const fault = (index: number, state: FaultEvent["state"], afterMs: number, detail = {}): FaultEvent => {
      return { type: "fault", fault: index, kind: "region-loss", state, atMs: FAULT_MS + afterMs, detail };
    };
    const late = (before: FaultEvent["state"]) =>
      wrong(
        [
          ...events,
          fault(0, before, 1400, { orderedMs: FAULT_MS + 1300 }),
          ...(["injecting", "injected", "evidenced"] as const).map((state) => fault(1, state, 1800, { ...second })),
        ],
        { faults: [loss, second] },
      ).filter((text) => text.includes("after its time"));
    for (const state of ["lasted", "not-lasted"] as const) expect(late(state)).toEqual([]);
    for (const state of ["healed", "not-healed"] as const)
      expect(late(state)).toEqual([expect.stringMatching(/^region-loss is recorded 0\.8\d\d s after its time/)]);
  });

  test.each(["evidenced", "not-evidenced"] as const)("or waits for the check of the act before it: %s", (state) => {
    const [loss] = healthy.run.scenario.faults as [Scenario["faults"][number]];
    const second = { ...loss, afterSeconds: 1 } as Scenario["faults"][number];
    const secondFault = (fromMs: number) =>
      (["injecting", "injected", "evidenced"] as const).map((state): FaultEvent => {
        return { type: "fault", fault: 1, kind: "region-loss", state, atMs: fromMs, detail: { ...second } };
      });
    const late = (checkedAtMs: number, fromMs: number) => [
      ...events
        .filter((event) => state === "evidenced" || !isState("injected")(event))
        .map((event) => (isState("evidenced")(event) ? { ...event, state, atMs: checkedAtMs } : event) as DrillEvent),
      ...secondFault(fromMs),
    ];
    expect(wrong(late(FAULT_MS + 1800, FAULT_MS + 2300), { faults: [loss, second] })).toEqual([]);
    expect(wrong(late(FAULT_MS + 1800, FAULT_MS + 2301), { faults: [loss, second] })).toEqual([
      expect.stringMatching(/^region-loss is recorded 1\.301 s after its time/),
    ]);
  });
});

describe("a planned operation", () => {
  const order: PlannedOperation = { kind: "switchover", to: "a", afterSeconds: 4 };
  const fromMs = FAULT_MS + 4000;
  const of = { type: "order", order: 0, kind: "switchover" } as const;
  const given: PlannedOperationEvent = { ...of, state: "given", atMs: fromMs, detail: { ...order } };
  const done: PlannedOperationEvent = { ...of, state: "done", atMs: fromMs + 600, detail: {} };
  const plan = toldPlan("switchover", "a", healthy.run.config, { fromMs: fromMs + 10, toMs: fromMs + 500 });
  const withOrder = (...changed: DrillEvent[]) =>
    wrong(
      [...events, ...changed].toSorted((x, y) => x.atMs - y.atMs),
      { orders: [order] } as Partial<RunRecord["run"]["scenario"]>,
    );

  test("is given, carried out by its plan, and done", () => {
    expect(withOrder(given, ...plan, done)).toEqual([]);
  });

  test("has both events, and each once", () => {
    const reason = ["the planned switchover is not recorded exactly once as given and then once as ended"];
    const doneTwice = [{ ...done, detail: { ...order } }, done];
    for (const changed of [[done], [given], [given, given], doneTwice, [given, given, done], [given, done, done], []])
      expect(withOrder(...changed, ...plan)).toEqual(reason);
  });

  test("that is done was carried out, between its two events", () => {
    const nobody = ["the planned switchover is done, but no plan carried it out"];
    expect(withOrder(given, done)).toEqual(nobody);
    expect(withOrder(given, ...plan.slice(0, -1), done)).toEqual(nobody);
    const another = toldPlan("restart", "b", healthy.run.config, { fromMs: fromMs + 10, toMs: fromMs + 500 });
    expect(withOrder(given, ...another, done)).toEqual(nobody);
    expect(withOrder(given, ...plan, { ...done, atMs: fromMs + 499 })).toEqual(nobody);
    expect(withOrder(given, ...plan, { ...done, atMs: fromMs + 500 })).toEqual([]);
    // It took as long as the operation, not less.
    expect(withOrder(given, ...plan, { ...done, atMs: fromMs + 1000 })).toEqual([]);
    expect(withOrder(given, ...plan, { ...done, atMs: fromMs + 1001 })).toEqual(nobody);
    expect(withOrder(given, { ...done, state: "refused" })).toEqual([]);
  });

  test("is given at its time", () => {
    const late = [given, ...plan, done].map((event) => ({ ...event, atMs: event.atMs + 501 }));
    expect(withOrder(...late)).toEqual([expect.stringMatching(/^switchover is recorded 0\.501 s after its time/)]);
  });

  test("is recorded beside others, each separately", () => {
    const orders: PlannedOperation[] = [order, { ...order, afterSeconds: 6 }];
    const again = [{ ...given, detail: { ...orders[1] } }, ...plan, done].map((event) => {
      return { ...event, ...(event.type === "order" ? { order: 1 } : {}), atMs: event.atMs + 2000 };
    });
    const both = [...events, given, ...plan, done, ...again].toSorted((x, y) => x.atMs - y.atMs);
    expect(wrong(both, { orders })).toEqual([]);
  });

  test("is not needed for what the operator does by itself", () => {
    const times = { fromMs: FAULT_MS + 4000, toMs: FAULT_MS + 4500 };
    expect(wrong([...events, ...toldPlan("rebuild", "a", healthy.run.config, times)])).toEqual([]);
  });

  test("is in the scenario, as planned, and nothing is carried out without one", () => {
    expect(withOrder({ ...given, detail: { ...order, to: "b" } }, ...plan, done)).toEqual([
      "the planned switchover was given in another form than planned",
    ]);
    expect(withOrder({ ...given, order: 1 }, ...plan, { ...done, order: 1 })).toContain(
      "the events have a planned operation 1 (switchover) that the scenario has not",
    );
    expect(wrong([...events, ...plan])).toEqual(["the operator carried out more plans than were planned"]);
  });
});
