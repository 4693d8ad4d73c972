import { expect, test } from "vitest";
import { affectedRegionRecovery } from "../../../scenarios/affected-region-recovery.ts";
import { CONFIGS } from "../../../scenarios/configs.ts";
import { dcsPartition } from "../../../scenarios/dcs-partition.ts";
import { frozenPrimary } from "../../../scenarios/frozen-primary.ts";
import { plannedFailback } from "../../../scenarios/planned-failback.ts";
import { primaryDatabaseCrash } from "../../../scenarios/primary-database-crash.ts";
import { regionLoss } from "../../../scenarios/region-loss.ts";
import { relapse } from "../../../scenarios/relapse.ts";
import { rollingRestart } from "../../../scenarios/rolling-restart.ts";
import type { Config } from "./config.ts";
import { outlasting } from "./outlast.ts";
import { actsOf, type Scenario, ScenarioSchema } from "./scenario.ts";

const named = (name: string) => CONFIGS.find((config) => config.name === name) as Config;
const PATRONI = named("patroni");
const timesOf = (scenario: Scenario) => actsOf(scenario).map(({ afterSeconds }) => afterSeconds);
const patient = (scenario: Scenario) => ScenarioSchema.parse(outlasting(scenario, PATRONI));

test("with an operator, a scenario is unchanged", () => {
  for (const scenario of [plannedFailback, regionLoss]) expect(outlasting(scenario, named("async"))).toBe(scenario);
});

test("the load lasts longer by the lock's TTL", () => {
  expect(patient(regionLoss).load.afterSeconds).toBe(regionLoss.load.afterSeconds + 30);
});

test.each<[string, Scenario, number[]]>([
  [
    "a region that comes back stays away until another can have taken over, and the order after it waits",
    plannedFailback,
    [0, 40, 90],
  ],
  ["a freeze of the primary does too", frozenPrimary, [0, 0, 50, 50]],
  ["a fault that is healed with the region still is", affectedRegionRecovery, [0, 3, 50, 50]],
  ["each of several losses outlasts the lock", relapse, [0, 3, 43, 43, 45.5, 85.5]],
  ["a process that restarts at once still does", primaryDatabaseCrash, timesOf(primaryDatabaseCrash)],
  ["a fault without a loss is unchanged", dcsPartition, [0, 60]],
  ["planned operations alone are unchanged", rollingRestart, [0, 30, 60, 90]],
])("%s", (_, scenario, expected) => {
  expect(timesOf(patient(scenario))).toEqual(expected);
});
