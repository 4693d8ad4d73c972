import { describe, expect, test } from "vitest";
import type { FaultSpec } from "./fault.ts";
import type { PlannedOperation } from "./planned-operation.ts";
import { actsOf, loadTimes, type Scenario, StartSchema } from "./scenario.ts";

const cut = (afterSeconds: number, healAfterSeconds?: number): FaultSpec => {
  const fault = { kind: "link-cut" as const, link: "replication" as const, afterSeconds };
  return healAfterSeconds === undefined ? fault : { ...fault, healAfterSeconds };
};
const loss: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 5 };
const back = (afterSeconds: number): PlannedOperation => ({ kind: "switchover", to: "a", afterSeconds });
const told = (faults: FaultSpec[], orders: PlannedOperation[] = []) =>
  actsOf({ faults, orders }).map((act) => [act.does, act.index, act.afterSeconds]);

describe("acts", () => {
  test("are an injection for each fault, and a healing for those that heal", () => {
    expect(told([cut(1), cut(2, 10)])).toEqual([
      ["inject", 0, 1],
      ["inject", 1, 2],
      ["heal", 1, 12],
    ]);
  });

  test("are ordered by time, not by fault", () => {
    expect(told([cut(8), cut(0, 3), loss])).toEqual([
      ["inject", 1, 0],
      ["heal", 1, 3],
      ["inject", 2, 5],
      ["inject", 0, 8],
    ]);
  });

  test("include planned operations", () => {
    expect(told([cut(1, 4)], [back(9), back(2)])).toEqual([
      ["inject", 0, 1],
      ["order", 1, 2],
      ["heal", 0, 5],
      ["order", 0, 9],
    ]);
  });
});

describe("the load goes on for the time after", () => {
  const load = { ratePerSecond: 50, mix: { put: 1, post: 0, bundle: 0, update: 0 }, timeoutSeconds: 5 };
  // k6 runs a third of the warm-up.
  const seconds = { warmUpSeconds: 60, baselineSeconds: 15, afterSeconds: 30 };
  const endOf = (faults: FaultSpec[], orders: PlannedOperation[] = []) => {
    const start = { replicated: true, resources: 0 };
    const about = { name: "test", asks: "?", goodAnswer: "!", disaster: 0, devices: null, start };
    const scenario: Scenario = { ...about, load: { ...load, ...seconds }, faults, orders, bulkExport: null };
    return loadTimes(scenario).end;
  };

  test("the last fault", () => expect(endOf([cut(0), loss])).toBe(35 + 5 + 30));
  test("the last healing, when that is later", () => expect(endOf([cut(0, 12), loss])).toBe(35 + 12 + 30));
  test("the last planned operation", () => expect(endOf([cut(0, 12)], [back(40)])).toBe(35 + 40 + 30));
  test("the last fault, if it is never healed", () => expect(endOf([cut(0, 3), cut(9)])).toBe(35 + 9 + 30));
});

test("by default, B follows A from the start and no resources exist", () => {
  expect(StartSchema.parse({})).toEqual({ replicated: true, resources: 0 });
  expect(StartSchema.safeParse({ resources: -1 }).success).toBe(false);
});
