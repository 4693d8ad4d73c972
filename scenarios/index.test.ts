import { expect, test } from "vitest";
import { loadTimes } from "../harness/model/plan/scenario.ts";
import { SCENARIOS } from "./index.ts";

test("the load goes on after the last fault, not the first", () => {
  const [, twice] = SCENARIOS;
  if (!twice) throw new Error("there is no second scenario");
  const { warmUpSeconds, baselineSeconds, afterSeconds } = twice.load;
  const settle = warmUpSeconds / 3;
  const faults = settle + baselineSeconds;
  expect(loadTimes(twice)).toEqual({ baseline: settle, faults, end: faults + 5 + afterSeconds });
});

test("every scenario has a name of its own and a disaster among its faults", () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  for (const { faults, disaster } of SCENARIOS) expect(disaster === null || faults[disaster]).toBeTruthy();
});
