/** Resources of realistic size and larger transactions on a real server: they are stored as they were sent. */
import { describe, expect } from "vitest";
import type { Scenario } from "../../harness/model/plan/scenario.ts";
import { edgeLoss } from "../../scenarios/edge-loss.ts";
import { test } from "../shared-topology.ts";
import { drillOn } from "../small-drill.ts";

const scenario: Scenario = {
  ...edgeLoss,
  faults: [{ kind: "process-kill", part: "nginx", afterSeconds: 0, healAfterSeconds: 2 }],
  load: {
    ...{ ...edgeLoss.load, ratePerSecond: 8, warmUpSeconds: 6, baselineSeconds: 5, afterSeconds: 10 },
    ...{ bodies: "realistic", bundleEntries: 20 },
  },
};

describe("realistic bodies", () => {
  let drilled: Awaited<ReturnType<typeof drillOn>>;

  test.beforeAll(async ({ topology, prerequisites, async: config }) => {
    drilled = await drillOn(topology, prerequisites, { scenario, config, seed: 7951 });
  }, 300_000);

  test("are stored and served as sent, for every kind of write", () => {
    const { verdict, record } = drilled;
    const worth = verdict.checks.find(({ name }) => name === "worth-judging");
    expect([worth?.verdict, worth?.evidence]).toEqual(["holds", []]);
    const kinds = new Set([...record.history].filter(({ outcome }) => outcome === "ok").map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(["put", "post", "bundle", "update"]));
    const { corrupt, lost, torn, unverifiable } = verdict.measures;
    expect([corrupt.ids, lost.ids, torn.ids, unverifiable.ids]).toEqual([[], [], [], []]);
  });

  test("of a transaction are all named in its answer", () => {
    const bundles = [...drilled.record.history].filter(({ kind, outcome }) => kind === "bundle" && outcome === "ok");
    expect(bundles.length).toBeGreaterThan(5);
    expect(new Set(bundles.map(({ stored }) => stored.length))).toEqual(new Set([20]));
  });
});
