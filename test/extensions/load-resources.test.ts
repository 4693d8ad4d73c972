/** Own resources of several types on a real server: they are stored as they were sent. */
import { describe, expect } from "vitest";
import type { Scenario } from "../../harness/model/plan/scenario.ts";
import { edgeLoss } from "../../scenarios/edge-loss.ts";
import { test } from "../shared-topology.ts";
import { drillOn } from "../small-drill.ts";

const scenario: Scenario = {
  ...edgeLoss,
  faults: [{ kind: "process-kill", part: "nginx", afterSeconds: 0, healAfterSeconds: 2 }],
  load: {
    ...{ ...edgeLoss.load, ratePerSecond: 15, warmUpSeconds: 6, baselineSeconds: 5, afterSeconds: 10 },
    resources: [
      { resourceType: "Patient", id: "p1", identifier: [{ system: "urn:own", value: "7" }], active: true },
      { resourceType: "Observation", status: "final", code: { text: "own" }, subject: { reference: "Patient/p1" } },
      { resourceType: "Condition", code: { text: "own" }, subject: { reference: "Patient/p1" } },
      { resourceType: "Organization", name: "Own", partOf: { reference: "Organization/0" } },
    ],
  },
};

describe("own resources", () => {
  let drilled: Awaited<ReturnType<typeof drillOn>>;

  test.beforeAll(async ({ topology, prerequisites, async: config }) => {
    drilled = await drillOn(topology, prerequisites, { scenario, config, seed: 7971 });
  }, 300_000);

  test("are stored and served as sent, for every type", () => {
    const { verdict, record } = drilled;
    const worth = verdict.checks.find(({ name }) => name === "worth-judging");
    expect([worth?.verdict, worth?.evidence]).toEqual(["holds", []]);
    const types = new Set([...record.history].flatMap(({ stored }) => stored.map((name) => name.split("/")[0])));
    expect(types).toEqual(new Set(["Patient", "Observation", "Condition", "Organization"]));
    const { corrupt, lost, torn, unverifiable, indexLost } = verdict.measures;
    const found = [corrupt.ids, lost.ids, torn.ids, unverifiable.ids, indexLost.resources];
    expect(found).toEqual([[], [], [], [], []]);
  });
});
