/** Reads and searches beside the writes, sent by a real k6 while the proxy is killed. */
import { describe, expect } from "vitest";
import type { Scenario } from "../../harness/model/plan/scenario.ts";
import { edgeLoss } from "../../scenarios/edge-loss.ts";
import { test } from "../shared-topology.ts";
import { drillOn } from "../small-drill.ts";

const scenario: Scenario = {
  ...edgeLoss,
  faults: [{ kind: "process-kill", part: "nginx", afterSeconds: 0, healAfterSeconds: 3 }],
  load: {
    ...{ ...edgeLoss.load, ratePerSecond: 15, warmUpSeconds: 6, baselineSeconds: 5, afterSeconds: 12 },
    mix: { put: 1, post: 1, bundle: 1, update: 3 },
    reads: { ratePerSecond: 10, of: "both" },
  },
};

describe("reads beside the writes", () => {
  let drilled: Awaited<ReturnType<typeof drillOn>>;

  test.beforeAll(async ({ topology, prerequisites, async: config }) => {
    drilled = await drillOn(topology, prerequisites, { scenario, config, seed: 7901 });
  }, 300_000);

  test("are in the ledger, and k6 counts the writes without them", () => {
    const { verdict, record } = drilled;
    const worth = verdict.checks.find(({ name }) => name === "worth-judging");
    expect([worth?.verdict, worth?.evidence]).toEqual(["holds", []]);
    expect(record.run.k6?.iterations).toBe(record.history.length);
    const sorts = new Set(record.looks.filter(({ version }) => version !== null).map(({ by }) => by));
    expect(sorts).toEqual(new Set(["read", "search"]));
  });

  test("show the same outage as the writes, and none was stale", () => {
    const { readAvailability: reads, downtime } = drilled.verdict.measures;
    expect(reads.seconds).toBeGreaterThan(2.5);
    expect(Math.abs((reads.seconds ?? 0) - (downtime.seconds ?? 0))).toBeLessThan(1.5);
    expect(reads).toMatchObject({ censored: false, stale: 0, answeredBy: { a: reads.answered, b: 0 } });
  });
});
