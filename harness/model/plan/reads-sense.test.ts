import { expect, test } from "vitest";
import { CONFIGS } from "../../../scenarios/configs.ts";
import { exportAcrossFailover } from "../../../scenarios/export-across-failover.ts";
import { readsAcrossFailover } from "../../../scenarios/reads-across-failover.ts";
import { regionLoss } from "../../../scenarios/region-loss.ts";
import { type Config, ConfigSchema } from "./config.ts";
import { refusedOnOwn } from "./own-sense.ts";
import { OwnSystemSchema } from "./own-system.ts";
import { type Scenario, ScenarioSchema } from "./scenario.ts";
import { nonsense } from "./sense.ts";

const named = (name: string) => CONFIGS.find((config) => config.name === name) as Config;
const reads = { ratePerSecond: 20, of: "both" } as const;
const reading = (mix = regionLoss.load.mix): Scenario => ({ ...regionLoss, load: { ...regionLoss.load, mix, reads } });

test("reads need updated resources, and clients in one network", () => {
  expect(nonsense(reading(), named("async"))).toBeNull();
  expect(nonsense(reading({ put: 1, post: 0, bundle: 0, update: 0 }), named("async"))).toMatch(
    /^reads need resources that are updated, and the load updates none/,
  );
  const apart: Scenario = { ...reading(), privateLink: true, load: { ...reading().load, runners: 2 } };
  expect(nonsense(apart, named("private-link"))).toMatch(/^reads are not supported with two client networks/);
});

test("their rate counts for an own system's guard", () => {
  const own = OwnSystemSchema.parse({
    ...{ is: "one", fhir: { base: "http://fhir.test/fhir" }, targets: {}, hooks: {}, guard: { maxRatePerSecond: 49 } },
  });
  expect(refusedOnOwn({ ...reading(), faults: [] }, own)).toBe(
    "it writes 30 and reads 20 a second, and guard.maxRatePerSecond is 49",
  );
});

test("reads by the follower exclude a bulk export, and exist only in the lab", () => {
  const config = named("follower-reads");
  expect(nonsense(readsAcrossFailover, config)).toBeNull();
  expect(nonsense(exportAcrossFailover, config)).toMatch(/does not know the export/);
  const { patroni } = named("patroni");
  for (const other of [
    { proxy: "tuned" },
    { fencing: false },
    { patroni },
    { privateLink: named("private-link").privateLink },
  ])
    expect(ConfigSchema.safeParse({ ...config, ...other }).error?.issues[0]?.path).toEqual(["reads"]);
});

test("the scenario passes its schema unchanged", () => {
  expect(ScenarioSchema.parse(readsAcrossFailover)).toEqual(readsAcrossFailover);
});
