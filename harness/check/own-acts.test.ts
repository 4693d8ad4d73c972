/** Acts after the disaster, which came at 0 s; the load does not matter. */
import { describe, expect, test } from "vitest";
import type { Scenario } from "../model/plan/scenario.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { ownActs } from "./own-acts.ts";
import { BASELINE, FAULT_MS, SCHEDULE, timeline } from "./testing/fake-timeline.ts";

const at = (seconds: number) => FAULT_MS + seconds * 1000;
const event = (what: Partial<DrillEvent>, seconds: number) =>
  ({ detail: {}, tookMs: 0, ...what, atMs: at(seconds) }) as DrillEvent;
const fault = (state: "injecting" | "injected" | "evidenced" | "healed", seconds: number, which = 1) =>
  event({ type: "fault", fault: which, kind: "link-cut", state }, seconds);
const order = (state: "given" | "done" | "refused", seconds: number, which = 0) =>
  event({ type: "order", order: which, kind: "switchover", state }, seconds);
const step = (seconds: number, plan: "switchover" | "rebuild" = "switchover", tookMs = 0) =>
  event({ type: "operator", plan, step: "fenced", side: "a", tookMs }, seconds);
/** There and back. */
const ORDERS: Scenario["orders"] = [12.5, 40].map((afterSeconds) => ({ kind: "switchover", to: "a", afterSeconds }));

/** Acts that are responsible for what follows them, in seconds; service was away in these spans. */
function acts(events: readonly DrillEvent[], away: readonly [from: number, to: number][] = []) {
  const record = timeline(BASELINE, {}, ({ run, events: planned }) => ({
    run: { ...run, scenario: { ...run.scenario, ...SCHEDULE, orders: ORDERS } },
    events: [...planned.filter(({ type }) => type !== "operator"), ...events],
  }));
  const spans = away.map(([from, to]) => ({ fromMs: at(from), toMs: at(to) }));
  return ownActs(record, gatherFacts(record), FAULT_MS, spans).map(({ atMs, name }) => [(atMs - at(0)) / 1000, name]);
}
const ORDERED = "planned switchover";

describe("a fault", () => {
  test("acts once, when it is injected; its later events are no acts", () => {
    const events = [fault("injecting", 15), fault("injected", 16), fault("evidenced", 17), fault("healed", 40)];
    expect(acts(events)).toEqual([[15, "link-cut fault"]]);
  });

  test("that is the disaster, or not in the schedule, does not act, whatever its events", () => {
    for (const which of [0, 3])
      expect(acts([fault("injecting", 15, which), fault("evidenced", 17, which), fault("healed", 40, which)])).toEqual(
        [],
      );
  });
});

describe("a planned operation", () => {
  test("acts with its first step, even if that begins as it is given, or ends as it is done", () => {
    expect(acts([order("given", 20), step(20), order("done", 30)])).toEqual([[20, ORDERED]]);
    expect(acts([order("given", 20), step(30), order("done", 30)])).toEqual([[30, ORDERED]]);
  });

  test("acts when that step begins, not when it is done", () => {
    expect(acts([order("given", 20), step(25, "switchover", 3000), order("done", 30)])).toEqual([[22, ORDERED]]);
  });

  test("and the next of its kind each have their own step, and their own end", () => {
    const [first, second] = [order("given", 12.5), order("given", 40, 1)];
    const ends = [order("done", 20), order("done", 50, 1)];
    expect(acts([first, step(15), step(20), ...ends.slice(0, 1), second, step(45), ...ends.slice(1)])).toEqual([
      [15, ORDERED],
      [45, ORDERED],
    ]);
    // One that is refused does not end the other, which waits.
    expect(acts([first, order("refused", 14, 1), step(15), order("done", 20)])).toEqual([[15, ORDERED]]);
  });

  test("acts once, even if more steps follow when it is over", () => {
    expect(acts([order("given", 20), step(25), step(30), order("done", 30), step(30)])).toEqual([[25, ORDERED]]);
  });

  test("without a recorded end acts as well", () => {
    expect(acts([order("given", 20), step(25)])).toEqual([[25, ORDERED]]);
  });

  test("does not act if none of it was done, or only another's steps were", () => {
    expect(acts([order("given", 20), step(25, "rebuild"), order("refused", 30)])).toEqual([]);
    expect(acts([order("given", 20), order("refused", 24), step(25)])).toEqual([]);
    expect(acts([order("given", 20, 2), step(25), order("done", 30, 2)])).toEqual([]);
  });
});

test("acts are in order of time, even if a later step belongs to the operation given first", () => {
  const events = [order("given", 12), fault("injecting", 15), step(28), order("done", 30)];
  expect(acts(events)).toEqual([
    [15, "link-cut fault"],
    [28, ORDERED],
  ]);
});

describe("what was away before it", () => {
  const cut = [fault("injecting", 20)];

  test("leaves an act no outage of its own for ten seconds", () => {
    expect(acts(cut, [[2, 10]])).toHaveLength(1);
    expect(acts(cut, [[2, 10.001]])).toEqual([]);
    expect(acts(cut, [[8, 30]])).toEqual([]);
  });

  test("and began by no more than a write may take belongs to the act", () => {
    // Half of the baseline's writes took 10 ms.
    expect(acts(cut, [[17.99, 30]])).toHaveLength(1);
    expect(acts(cut, [[17.989, 30]])).toEqual([]);
  });
});
