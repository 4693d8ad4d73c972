import { describe, expect, test } from "vitest";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { DrillEvent, FaultEvent, OperatorEvent } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { wrongLasting } from "./lasting.ts";
import { fakeMachine } from "./testing/fake-machine.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { worthJudging } from "./worth-judging.ts";

const faultEvent = (
  state: FaultEvent["state"],
  atMs: number,
  detail: FaultEvent["detail"] = {},
  fault = 0,
): DrillEvent => {
  return { type: "fault", fault, kind: "any", state, atMs, detail };
};
const step = (plan: OperatorEvent["plan"], name: OperatorEvent["step"], atMs: number, tookMs = 0): DrillEvent => {
  return { type: "operator", plan, step: name, side: "a", atMs, tookMs, detail: {} };
};
const CUT: FaultSpec = { kind: "link-cut", link: "replication", afterSeconds: 0 };
const SEEN = faultEvent("evidenced", 10_000);
const LASTED = faultEvent("lasted", 30_000, { looks: 12, longestUnseenMs: 2100 });
const CEASED = faultEvent("not-lasted", 20_000, { lastSeenMs: 18_000 });

function wrong(events: DrillEvent[], ...faults: FaultSpec[]): string[] {
  const record = fakeRun();
  const scenario = { ...record.run.scenario, faults: faults.length > 0 ? faults : [CUT] };
  return wrongLasting({ ...record, run: { ...record.run, scenario }, events });
}

test("a fault that was active until just before its healing has lasted", () => {
  expect(wrong([SEEN, LASTED])).toEqual([]);
});

test("a fault that ended by itself has not, and the time is reported", () => {
  expect(wrong([SEEN, CEASED])).toEqual([
    "link-cut of replication did not last: last active at 18.0 s, not active at 20.0 s",
  ]);
  expect(wrong([SEEN, faultEvent("not-lasted", 20_000)])).toEqual([
    "link-cut of replication did not last: not active at 20.0 s",
  ]);
});

test("a fault that ended has not lasted, whatever else is recorded", () => {
  expect(wrong([SEEN, CEASED, LASTED])).toHaveLength(1);
});

test("a sealed record must have such checks", () => {
  const record = fakeRun();
  const run = { ...record.run, record: 2, scenario: { ...record.run.scenario, faults: [CUT] } };
  expect(wrongLasting({ ...record, run, events: [SEEN] })).toEqual([
    "it was not checked whether link-cut of replication lasted",
  ]);
});

test("a record from before such checks is accepted", () => {
  expect(wrong([SEEN])).toEqual([]);
});

test("each fault that was evidenced needs its own checks, in a record that has any", () => {
  const freeze: FaultSpec = { kind: "freeze", part: "pg-a", afterSeconds: 0 };
  const second = faultEvent("evidenced", 11_000, {}, 1);
  expect(wrong([SEEN, LASTED, second], CUT, freeze)).toEqual(["it was not checked whether freeze of pg-a lasted"]);
  expect(wrong([SEEN, LASTED, faultEvent("not-evidenced", 11_000, {}, 1)], CUT, freeze)).toEqual([]);
});

test("a fault that was not observed for too long may have ended", () => {
  const unseen = (longestUnseenMs: number | undefined) =>
    wrong([SEEN, faultEvent("lasted", 30_000, { looks: 9, longestUnseenMs })]);
  expect(unseen(10_000)).toEqual([]);
  expect(unseen(10_001)).toEqual(["link-cut of replication was not observed for 10.0 s"]);
  expect(unseen(undefined)).toEqual(["it is not known for how long link-cut of replication was not checked"]);
});

test("the checks, at most that far apart, must span the time from the evidence to the last one", () => {
  const unknown = ["it is not known for how long link-cut of replication was not checked"];
  const checkedTimes = (looks: number | undefined, longestUnseenMs: number) =>
    wrong([SEEN, faultEvent("lasted", 30_000, { looks, longestUnseenMs })]);
  expect(checkedTimes(8, 2000)).toEqual([]);
  expect(checkedTimes(8, 1999)).toEqual(unknown);
  for (const looks of [0, -1, undefined]) expect(checkedTimes(looks, 10_000)).toEqual(unknown);
  expect(checkedTimes(9, -1)).toEqual(unknown);
  expect(wrong([SEEN, faultEvent("lasted", 16_000, { looks: 1, longestUnseenMs: 2000 })])).toEqual([]);
  expect(wrong([SEEN, faultEvent("lasted", 12_000, { looks: 0, longestUnseenMs: 0 })])).toEqual(unknown);
});

test("the last check must come just before the healing or the end of the load", () => {
  const healed = (orderedMs: number) => wrong([SEEN, LASTED, faultEvent("healed", 60_000, { orderedMs })]);
  expect(healed(40_000)).toEqual([]);
  expect(healed(40_001)).toEqual(["link-cut of replication was not observed for 10.0 s"]);
  const record = fakeRun({ afterSeconds: 30 });
  const lastMs = record.history.invokedMs[record.history.length - 1] as number;
  const lasting = (atMs: number) =>
    wrongLasting({
      ...record,
      run: { ...record.run, scenario: { ...record.run.scenario, faults: [CUT] } },
      events: [SEEN, faultEvent("lasted", atMs, { looks: 9, longestUnseenMs: 2100 })],
    });
  expect(lasting(lastMs - 10_000)).toEqual([]);
  expect(lasting(lastMs - 10_001)).toEqual(["link-cut of replication was not observed for 10.0 s"]);
});

test("without writes the last check is the end", () => {
  const record = fakeRun({}, () => ({ operations: [] }));
  const run = { ...record.run, scenario: { ...record.run.scenario, faults: [CUT] } };
  expect(wrongLasting({ ...record, run, events: [SEEN, LASTED] })).toEqual([]);
});

test("a run whose fault ended by itself is inconclusive, and names it", () => {
  const lost = (event: DrillEvent): DrillEvent => ({ ...event, kind: "region-loss" }) as DrillEvent;
  const withOne = (end: DrillEvent) => ({
    ...fakeRun({}, ({ run, events, probes }) => ({
      run: { ...run, record: 2 },
      events: [...events, lost(end)].toSorted((x, y) => x.atMs - y.atMs),
      probes: [...probes, ...fakeMachine(0, 30_000, {})],
    })),
    brokenSeals: [],
  });
  const run = withOne(CEASED);
  const { verdict, evidence } = worthJudging.check(run, gatherFacts(run));
  expect([verdict, evidence]).toEqual(["inconclusive", [expect.stringMatching(/^region-loss of A did not last/)]]);
  expect(judge(run).verdict).toBe("inconclusive");
  const whole = withOne(LASTED);
  expect(worthJudging.check(whole, gatherFacts(whole)).verdict).toBe("holds");
});

describe("a component that the operator stops and starts", () => {
  const kill: FaultSpec = { kind: "process-kill", part: "hapi-a", afterSeconds: 0 };
  const at = { afterSeconds: 0 };
  const rebuilt = [step("rebuild", "returned", 15_000), step("rebuild", "copied", 25_000, 6000)];

  test("did not end by itself, from the plan's first step on", () => {
    expect(wrong([SEEN, ...rebuilt, faultEvent("not-lasted", 15_000)], kill)).toEqual([]);
    expect(wrong([SEEN, ...rebuilt, faultEvent("not-lasted", 14_999)], kill)).toHaveLength(1);
  });

  test("a long step counts from its beginning", () => {
    const restarted = step("restart", "restarted", 25_000, 8000);
    expect(wrong([SEEN, restarted, faultEvent("not-lasted", 17_000)], kill)).toEqual([]);
    expect(wrong([SEEN, restarted, faultEvent("not-lasted", 16_999)], kill)).toHaveLength(1);
  });

  test.each(["saved", "replayed", "copied", "following", "restarted", "redirected"] as const)(
    "has been stopped when the step %s is recorded",
    (name) => {
      expect(wrong([SEEN, step("rebuild", name, 19_000, 1000), CEASED], kill)).toEqual([]);
    },
  );

  test("counts from the instant of the evidence, and from the first step on, whatever comes between", () => {
    expect(wrong([SEEN, step("restart", "restarted", 10_000), CEASED], kill)).toEqual([]);
    const returned = step("rebuild", "returned", 15_000);
    const ceased = faultEvent("not-lasted", 16_000);
    const between = step("rebuild", "fenced", 18_000);
    expect(wrong([SEEN, returned, between, step("rebuild", "copied", 25_000), ceased], kill)).toEqual([]);
  });

  test("ended with its own plan, in the attempt that stopped it", () => {
    const again = [step("rebuild", "returned", 40_000), step("rebuild", "copied", 50_000)];
    expect(wrong([SEEN, ...rebuilt, ...again, faultEvent("not-lasted", 16_000)], kill)).toEqual([]);
    const inVain = [step("rebuild", "returned", 12_000), step("rebuild", "failed", 13_000)];
    expect(wrong([SEEN, ...inVain, ...again, CEASED], kill)).toHaveLength(1);
    const restarted = step("restart", "restarted", 25_000);
    expect(wrong([SEEN, step("rebuild", "returned", 15_000), restarted, CEASED], kill)).toHaveLength(1);
  });

  test("is not ended by a plan that touched nothing, or came before the fault", () => {
    const refused = [step("rebuild", "returned", 15_000), step("rebuild", "refused", 15_001)];
    expect(wrong([SEEN, ...refused, CEASED], kill)).toHaveLength(1);
    expect(wrong([step("restart", "restarted", 9000), SEEN, CEASED], kill)).toHaveLength(1);
  });

  test.each<[string, FaultSpec, OperatorEvent["plan"], boolean]>([
    ["a server's process", { kind: "freeze", part: "hapi-a", ...at }, "rebuild", true],
    ["its names", { kind: "dns-failure", part: "hapi-a", ...at }, "rebuild", true],
    ["its stale names", { kind: "dns-stale", part: "hapi-a", ...at }, "rebuild", true],
    ["the other site's", { kind: "freeze", part: "hapi-b", ...at }, "rebuild", false],
    ["a database by a rebuild", { kind: "process-kill", part: "pg-a", ...at }, "rebuild", false],
    ["a database by a restart", { kind: "process-kill", part: "pg-a", ...at }, "restart", true],
    ["exhausted connections by a restart", { kind: "connection-exhaustion", side: "a", ...at }, "restart", true],
    ["exhausted connections by a rebuild", { kind: "connection-exhaustion", side: "a", ...at }, "rebuild", false],
    ["a share of a processor", { kind: "cpu-starvation", part: "hapi-a", cores: 0.1, ...at }, "restart", false],
    ["a link by a rebuild", { kind: "link-cut", link: "hapi-a", ...at }, "rebuild", false],
    ["a link by serving across", { kind: "link-cut", link: "pg-a", ...at }, "serve-across", true],
    ["a link to a server by serving across", { kind: "link-cut", link: "hapi-a", ...at }, "serve-across", true],
    ["a server's process by serving across", { kind: "freeze", part: "hapi-a", ...at }, "serve-across", true],
    ["the other region", { kind: "region-loss", side: "b", how: "refusal", ...at }, "serve-across", false],
    ["replication by serving across", { kind: "link-cut", link: "replication", ...at }, "serve-across", false],
    ["a region by a rebuild", { kind: "region-loss", side: "a", how: "refusal", ...at }, "rebuild", false],
    ["a region by serving across", { kind: "region-loss", side: "a", how: "refusal", ...at }, "serve-across", true],
    ["nothing by a switchover", { kind: "freeze", part: "hapi-a", ...at }, "switchover", false],
  ])("%s: by %j through %s? %s", (_, fault, plan, isEnded) => {
    expect(wrong([SEEN, step(plan, "restarted", 19_000, 1000), CEASED], fault)).toHaveLength(isEnded ? 0 : 1);
  });
});
