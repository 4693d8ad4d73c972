import { expect, test } from "vitest";
import { actsOf, loadTimes } from "../harness/model/plan/scenario.ts";
import { LONG, SCENARIOS } from "./index.ts";
import { longRun } from "./long-run.ts";

test("the load goes on after the last fault, not the first", () => {
  const [, twice] = SCENARIOS;
  if (!twice) throw new Error("there is no second scenario");
  const { warmUpSeconds, baselineSeconds, afterSeconds } = twice.load;
  const settle = warmUpSeconds / 3;
  const faults = settle + baselineSeconds;
  expect(loadTimes(twice)).toEqual({ baseline: settle, faults, end: faults + 5 + afterSeconds });
});

test("every scenario has a unique name, and its disaster is one of its faults", () => {
  const all = [...SCENARIOS, ...LONG];
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { faults, disaster } of all) expect(disaster === null || faults[disaster]).toBeTruthy();
});

test("the long run takes an hour, and its faults are far enough apart that each is over before the next", () => {
  expect(loadTimes(longRun).end).toBe(3600);
  const acts = actsOf(longRun).filter(({ does }) => does !== "heal");
  const apart = acts.slice(1).map(({ afterSeconds }, i) => afterSeconds - (acts[i]?.afterSeconds ?? 0));
  expect(acts.map(({ does }) => does)).toEqual(["inject", "order", "inject", "inject", "order"]);
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(300);
});
