/** A load whose rate rises in steps, sent by a real k6: it keeps the plan's beat, with one runner and with two. */
import { describe, expect } from "vitest";
import { dueBy } from "../../harness/model/load/shape.ts";
import { loadTimes, type Scenario, stagesOf } from "../../harness/model/plan/scenario.ts";
import { edgeLoss } from "../../scenarios/edge-loss.ts";
import { test } from "../shared-topology.ts";
import { drillOn } from "../small-drill.ts";

const scenarioFor = (runners: number): Scenario => ({
  ...edgeLoss,
  faults: [{ kind: "process-kill", part: "nginx", afterSeconds: 0, healAfterSeconds: 2 }],
  load: {
    ...{ ...edgeLoss.load, ratePerSecond: 15, warmUpSeconds: 6, baselineSeconds: 5, afterSeconds: 15, runners },
    shape: { kind: "step", afterSeconds: 7, seconds: 3, by: 1, steps: 2 },
  },
});

describe.each([1, 2])("the steps of a load with %d runners", (runners) => {
  const scenario = scenarioFor(runners);
  let drilled: Awaited<ReturnType<typeof drillOn>>;

  test.beforeAll(async ({ topology, prerequisites, async: config }) => {
    drilled = await drillOn(topology, prerequisites, { scenario, config, seed: 7800 + runners });
  }, 300_000);

  test("were sent as planned, and the run was worth judging", () => {
    const { verdict, record } = drilled;
    const worth = verdict.checks.find(({ name }) => name === "worth-judging");
    expect([worth?.verdict, worth?.evidence]).toEqual(["holds", []]);
    const due = dueBy(stagesOf(scenario), loadTimes(scenario).end);
    expect(Math.abs(record.history.length - due)).toBeLessThanOrEqual(1);
  });

  test("were carried, each judged by itself", () => {
    const { levels, highest } = drilled.verdict.measures.carriedRate;
    expect(levels.map(({ ratePerSecond }) => ratePerSecond)).toEqual([15, 30, 45]);
    expect(highest).toBe(45);
  });

  test("show the only outage, before they began", () => {
    const { downtime, rto } = drilled.verdict.measures;
    expect(downtime.intervals).toHaveLength(1);
    expect(rto.later).toEqual([]);
  });
});
