import { describe, expect, test } from "vitest";
import { CONFIGS } from "../../../scenarios/configs.ts";
import { regionLoss } from "../../../scenarios/region-loss.ts";
import { stepAfterFailover } from "../../../scenarios/step-after-failover.ts";
import { dueBy, type Stage } from "../load/shape.ts";
import type { Config } from "./config.ts";
import { outlasting } from "./outlast.ts";
import { refusedOnOwn } from "./own-sense.ts";
import { OwnSystemSchema } from "./own-system.ts";
import { loadTimes, type Scenario, ScenarioSchema, stagesOf } from "./scenario.ts";
import { nonsense } from "./sense.ts";
import { type Shape, ShapeSchema } from "./shape.ts";

const [config] = CONFIGS as [Config];
/** 15 s of settling and baseline, then 30 s. */
const shaped = (shape: Shape, ratePerSecond = 20): Scenario => ({
  ...regionLoss,
  load: { ...regionLoss.load, ratePerSecond, shape },
});
const ramp = { kind: "ramp", afterSeconds: 5, seconds: 10, times: 3 } as const;
const spike = { kind: "spike", afterSeconds: 5, seconds: 4, times: 5 } as const;
const step = { kind: "step", afterSeconds: 5, seconds: 4, by: 0.5, steps: 3 } as const;
const level = (seconds: number, rate: number): Stage => ({ seconds, from: rate, to: rate });

describe("the stages", () => {
  test.each<[string, Shape, Stage[]]>([
    ["of a constant load are a single one", { kind: "constant" }, [level(45, 20)]],
    ["of a ramp stay up", ramp, [level(20, 20), { seconds: 10, from: 20, to: 60 }, level(15, 60)]],
    ["of a spike come down again", spike, [level(20, 20), level(4, 100), level(21, 20)]],
    ["of steps come down again", step, [level(20, 20), level(4, 30), level(4, 40), level(4, 50), level(13, 20)]],
  ])("%s", (_, shape, stages) => {
    const scenario = shaped(shape);
    expect(stagesOf(scenario)).toEqual(stages);
    expect(stages.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(loadTimes(scenario).end);
    expect(nonsense(scenario, config)).toBeNull();
  });

  test("of a load without a shape are a single one", () => {
    expect(stagesOf(regionLoss)).toEqual([level(45, 30)]);
    expect(dueBy(stagesOf(regionLoss), 45)).toBe(1350);
  });

  test("are multiples of the load's rate, in whole writes per second", () => {
    expect(stagesOf(shaped(step, 5)).map(({ to }) => to)).toEqual([5, 8, 10, 13, 5]);
  });
});

test.each<[string, Shape, RegExp]>([
  ["ends with the load", { ...spike, seconds: 25 }, /changes until 30 s after the baseline, and the load ends 30 s/],
  ["leaves too little of the load", { ...spike, seconds: 22.5 }, /at least 3 s must remain/],
  ["exceeds k6's rate", { ...spike, times: 51 }, /rises to 1020 writes\/s, and k6 sends at most 1000/],
  ["has no effect", { ...spike, times: 1.01 }, /in whole writes per second it stays at 20/],
  ["has steps without effect", { ...step, by: 0.01 }, /in whole writes per second it stays at 20/],
])("a change that %s is refused", (_, shape, why) => {
  expect(nonsense(shaped(shape), config)).toMatch(why);
});

test("a change that ends at the last possible moment is accepted", () => {
  expect(nonsense(shaped({ ...spike, seconds: 22 }), config)).toBeNull();
});

test("a rate that falls, or changes before the baseline has ended, is invalid", () => {
  for (const wrong of [{ ...ramp, times: 1 }, { ...spike, afterSeconds: -1 }, { ...step, by: 0 }, { kind: "sine" }])
    expect(ShapeSchema.safeParse(wrong).success).toBe(false);
});

test("an own system's guard applies to the highest rate", () => {
  const guarded = (guard: object) =>
    OwnSystemSchema.parse({ is: "one", fhir: { base: "http://fhir.test/fhir" }, targets: {}, hooks: {}, guard });
  const scenario = { ...shaped(spike), faults: [], disaster: null };
  expect(refusedOnOwn(scenario, guarded({ maxRatePerSecond: 100 }))).toBeNull();
  expect(refusedOnOwn(scenario, guarded({ maxRatePerSecond: 99 }))).toBe(
    "it writes 100 a second, and guard.maxRatePerSecond is 99",
  );
  // 41 s at 20, and 4 s at 100.
  expect(refusedOnOwn(scenario, guarded({ maxRatePerSecond: 100, maxWrites: 1219 }))).toMatch(/comes to 1220 writes/);
  const endless = { ...scenario, load: { ...scenario.load, shape: { ...spike, seconds: 30 } } };
  expect(refusedOnOwn(endless, guarded({ maxRatePerSecond: 100 }))).toMatch(/the load ends 30 s after it/);
});

test("if a lock has to expire before the takeover, the rate rises later by as much", () => {
  const patroni = CONFIGS.find(({ name }) => name === "patroni") as Config;
  const later = outlasting(stepAfterFailover, patroni);
  expect([later.load.shape, later.load.afterSeconds]).toMatchObject([{ afterSeconds: 50, seconds: 8 }, 115]);
  expect(nonsense(later, patroni)).toBeNull();
  expect(outlasting(regionLoss, patroni).load).not.toHaveProperty("shape");
  const early = outlasting(
    { ...shaped(spike), faults: regionLoss.faults.map((fault) => ({ ...fault, afterSeconds: 6 })) },
    patroni,
  );
  expect(early.load.shape).toEqual(spike);
});

test("the scenario passes its schema unchanged", () => {
  expect(ScenarioSchema.parse(stepAfterFailover)).toEqual(stepAfterFailover);
  expect(stagesOf(stepAfterFailover).map(({ to }) => to)).toEqual([20, 40, 60, 80, 100, 120, 140, 20]);
});
