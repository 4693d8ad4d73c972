import { describe, expect, test } from "vitest";
import type { Config } from "../model/plan/config.ts";
import { FaultSchema, type FaultSpec } from "../model/plan/fault.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent, FaultEvent, OperatorEvent } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { failoverWithoutCause } from "./failover-without-cause.ts";
import { judge } from "./judge.ts";
import { fakeRun } from "./testing/fake-run.ts";

const INJECTED_MS = 10_000;

const state = (name: FaultEvent["state"], atMs: number, detail = {}): FaultEvent => {
  return { type: "fault", fault: 0, kind: "x", state: name, atMs, detail };
};
const step = (name: OperatorEvent["step"], side: SiteName, atMs: number, more: Partial<OperatorEvent> = {}) => {
  return { type: "operator", plan: "failover", step: name, side, atMs, tookMs: 0, detail: {}, ...more } as const;
};
const failover = (side: SiteName, atMs: number, tookMs = 0): DrillEvent[] => [
  step("detected", side, atMs, { tookMs }),
  step("promoted", side === "a" ? "b" : "a", atMs + 100),
  step("done", side === "a" ? "b" : "a", atMs + 200),
];
const LOSS: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 };

function judged(faults: FaultSpec[], events: DrillEvent[], config: Partial<Config> = {}) {
  const record = fakeRun({}, ({ run }) => ({
    run: { ...run, config: { ...run.config, ...config }, scenario: { ...run.scenario, faults } },
    events: events.toSorted((x, y) => x.atMs - y.atMs),
  }));
  return failoverWithoutCause.check(record, gatherFacts(record));
}
const word = (...args: Parameters<typeof judged>) => judged(...args).verdict;

test("a failover from a site that is lost has a cause", () => {
  expect(judged([LOSS], [state("injecting", INJECTED_MS), ...failover("a", 12_000)])).toEqual({
    verdict: "holds",
    reason: "a fault was in force at each failover",
  });
});

test("a failover from a site that no fault touched has none, and is named with the failed probes", () => {
  const [detected, ...rest] = failover("b", 12_000) as [OperatorEvent, ...DrillEvent[]];
  const seen = { ...detected, detail: { failures: ["status 409", "timeout"] } };
  expect(judged([LOSS], [state("injecting", INJECTED_MS), seen, ...rest])).toEqual({
    verdict: "broken",
    isLate: true,
    reason: "1 of 1 failovers had no cause: no fault was in force on the site that was given up",
    evidence: ["B was given up at 12.000 s: status 409, timeout"],
  });
});

test("a failover before the fault's first act has none", () => {
  expect(word([LOSS], [state("injecting", INJECTED_MS), ...failover("a", INJECTED_MS - 1)])).toBe("broken");
  expect(word([LOSS], [state("injecting", INJECTED_MS), ...failover("a", INJECTED_MS)])).toBe("holds");
  expect(judged([LOSS], failover("a", INJECTED_MS)).evidence).toEqual(["A was given up at 10.000 s"]);
  expect(word([LOSS], [state("evidenced", INJECTED_MS), ...failover("a", 12_000)])).toBe("broken");
  // First noticed before the fault, and confirmed after it.
  expect(word([LOSS], [state("injecting", INJECTED_MS), ...failover("a", INJECTED_MS + 500, 1000)])).toBe("holds");
});

test("a detection that was refused or called off is no failover", () => {
  for (const end of ["refused", "called-off", "decided"] as const)
    expect(word([], [step("detected", "b", 12_000), step(end, "b", 12_001)])).toBe("no-objective");
  expect(word([], [])).toBe("no-objective");
  // Steps without a detection belong to a failover from before the record.
  expect(word([], [step("promoted", "a", 12_000), step("done", "a", 12_001)])).toBe("no-objective");
  expect(word([], [step("detected", "b", 12_000), step("fenced", "b", 12_001), step("failed", "a", 13_000)])).toBe(
    "broken",
  );
});

test("the first step that touched anything makes it a failover, and no step of another plan does", () => {
  const after = (name: OperatorEvent["step"], more: Partial<OperatorEvent> = {}) =>
    word([], [step("detected", "b", 12_000), step(name, "a", 12_001, more)]);
  expect((["fenced", "promoted", "latched", "done"] as const).map((name) => after(name))).toEqual(
    Array.from({ length: 4 }, () => "broken"),
  );
  expect(after("fenced", { plan: "switchover" })).toBe("no-objective");
});

test("is listed under its name", () => {
  expect(judge(fakeRun(), [failoverWithoutCause]).checks).toMatchObject([
    { name: "failover-without-cause", verdict: "holds" },
  ]);
});

describe("a fault that is healed", () => {
  const slow: FaultSpec = {
    ...{ kind: "link-latency", link: "pg-a", latencyMs: 60, jitterMs: 20 },
    ...{ afterSeconds: 0, healAfterSeconds: 15 },
  };
  const healed = (detail = {}) => [state("injecting", INJECTED_MS), state("healed", 40_000, detail)];

  test("wears off in the ten seconds after the order to heal, whenever healing is verified", () => {
    const ordered = (atMs: number) => word([slow], [...healed({ orderedMs: 25_000 }), ...failover("a", atMs)]);
    expect([ordered(35_000), ordered(35_001)]).toEqual(["holds", "broken"]);
    const seen = (atMs: number) => word([slow], [...healed(), ...failover("a", atMs)]);
    expect([seen(50_000), seen(50_001)]).toEqual(["holds", "broken"]);
  });

  test("is the cause of a failover that was first noticed by then", () => {
    expect(word([slow], [...healed({ orderedMs: 25_000 }), ...failover("a", 37_000, 2000)])).toBe("holds");
  });

  test("is in force to the end if healing was never verified", () => {
    for (const seen of [[], [state("not-healed", 40_000, { orderedMs: 25_000 })]])
      expect(word([slow], [state("injecting", INJECTED_MS), ...seen, ...failover("a", 90_000)])).toBe("holds");
  });
});

test("the loss of the lock store is a cause for either site, and being cut off from it for one", () => {
  const lost: FaultSpec = { kind: "dcs-loss", afterSeconds: 0 };
  const cutOff: FaultSpec = { kind: "dcs-partition", side: "a", afterSeconds: 0 };
  for (const side of ["a", "b"] as const) {
    const events = [state("injecting", INJECTED_MS), ...failover(side, 12_000)];
    expect(word([lost], events)).toBe("holds");
    expect(word([cutOff], events)).toBe(side === "a" ? "holds" : "broken");
  }
});

describe("a site that took over again", () => {
  const back = [
    ...failover("a", 12_000),
    step("promoted", "a", 60_000, { plan: "switchover" }),
    ...failover("a", 65_000),
  ];

  test("is no longer lost, nor is a process or a database of it", () => {
    const ended: FaultSpec[] = [
      LOSS,
      { kind: "process-kill", part: "pg-a", afterSeconds: 0 },
      { kind: "database-crash", side: "a", afterSeconds: 0 },
    ];
    for (const fault of ended) expect(word([fault], [state("injecting", INJECTED_MS), ...back])).toBe("broken");
    expect(judged([LOSS], [state("injecting", INJECTED_MS), ...back]).reason).toMatch(/^1 of 2 failovers/);
  });

  test("is that site, and only once it was promoted", () => {
    // A is given up once more; meanwhile B was promoted, and A has other steps.
    const again = [...failover("a", 12_000), step("fenced", "a", 13_000), ...failover("a", 20_000)];
    expect(word([LOSS], [state("injecting", INJECTED_MS), ...again])).toBe("holds");
    const before = step("promoted", "a", INJECTED_MS, { plan: "switchover" });
    expect(word([LOSS], [before, state("injecting", INJECTED_MS), ...failover("a", 12_000)])).toBe("holds");
  });

  test("is no longer lost, although the fault wears off later", () => {
    const healed = state("healed", 64_000, { orderedMs: 58_000 });
    expect(word([LOSS], [state("injecting", INJECTED_MS), ...back, healed])).toBe("broken");
  });

  test("is as slow as before, if that was not healed", () => {
    const starved: FaultSpec = { kind: "cpu-starvation", part: "hapi-a", cores: 0.1, afterSeconds: 0 };
    expect(word([starved], [state("injecting", INJECTED_MS), ...back])).toBe("holds");
  });

  test("is lost again by a fault injected afterwards", () => {
    const again: DrillEvent = { ...state("injecting", 62_000), fault: 1 };
    expect(word([LOSS, LOSS], [state("injecting", INJECTED_MS), ...back, again])).toBe("holds");
  });
});

describe("what a fault touches", () => {
  const fault = (spec: object) => FaultSchema.parse({ afterSeconds: 0, ...spec });
  const touched = (spec: FaultSpec, replication: Config["replication"] = "async") =>
    (["a", "b"] as const).filter(
      (side) => word([spec], [state("injecting", INJECTED_MS), ...failover(side, 12_000)], { replication }) === "holds",
    );

  test.each([
    [{ kind: "link-cut", link: "hapi-a" }, ["a"]],
    [{ kind: "link-cut", link: "pg-b" }, ["b"]],
    [{ kind: "freeze", part: "pg-a" }, ["a"]],
    [{ kind: "freeze", part: "hapi-b" }, ["b"]],
    [{ kind: "disk-full", side: "a" }, ["a"]],
    [{ kind: "link-cut", link: "replication" }, ["b"]],
    [{ kind: "link-cut", link: "replication-back" }, ["a"]],
    [{ kind: "link-cut", link: "edge" }, []],
    [{ kind: "process-kill", part: "nginx" }, []],
  ])("%j: %j", (spec, sites) => {
    expect(touched(fault(spec))).toEqual(sites);
  });

  test("is both sites if writes wait for the follower", () => {
    for (const replication of ["sync", "sync-apply"] as const) {
      expect(touched(fault({ kind: "link-cut", link: "replication" }), replication)).toEqual(["a", "b"]);
      expect(touched(fault({ kind: "region-loss", side: "b" }), replication)).toEqual(["a", "b"]);
      expect(touched(fault({ kind: "link-cut", link: "edge" }), replication)).toEqual([]);
    }
  });
});

describe("a vault that is away", () => {
  const fault: FaultSpec = { kind: "vault-partition", afterSeconds: 0 };
  const events = [state("injecting", INJECTED_MS), ...failover("a", 12_000)];

  test("touches both sites if it issues the certificates by which servers log in", () => {
    const vault = { guards: "access", certificateSeconds: 60, renewSeconds: 15, maxLifetimeSeconds: 30 } as const;
    expect(word([fault], events, { vault })).toBe("holds");
    expect(word([fault], [state("injecting", INJECTED_MS), ...failover("b", 12_000)], { vault })).toBe("holds");
  });

  test("does not touch a running database", () => {
    expect(word([fault], events, { vault: { guards: "data", retrySeconds: 1 } })).toBe("broken");
  });
});
