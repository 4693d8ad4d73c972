import fc from "fast-check";
import { expect, test } from "vitest";
import { availability } from "./availability.ts";
import { gatherFacts } from "./facts.ts";
import { PLAN, type Plan } from "./planted-plan.ts";
import { type Parts, plantedRun } from "./planted-run.ts";

const checked = (changes: Partial<Plan> = {}, edit?: (parts: Parts) => Partial<Parts>) => {
  const record = plantedRun(changes, edit);
  return availability.check(record, gatherFacts(record));
};
const promise = (share: number, periodDays = 30) => {
  return { objectives: { ...PLAN.objectives, availability: { share, periodDays } } };
};
/** From the baseline to the last write: 3 s and 8 s, less one interval. */
const WATCHED_SECONDS = 11 - 1 / PLAN.ratePerSecond;

test("without an outage it is whole", () => {
  expect(checked({ outage: null }).measures?.availability).toMatchObject({ byTime: 1, byCount: 1 });
});

test("is what a planted outage leaves, by time and by count", () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 4000 }), (ms) => {
      const { byTime, byCount } = checked({ outage: { afterMs: 10, ms } }).measures?.availability ?? {};
      const left = 1 - ms / 1000 / WATCHED_SECONDS;
      expect(Math.abs((byTime as number) - left)).toBeLessThan(0.013);
      expect(Math.abs((byCount as number) - left)).toBeLessThan(0.013);
    }),
    { seed: 41 },
  );
});

test("counts a write that k6 dropped as one that was not acknowledged", () => {
  const dropped = checked({ outage: null }, ({ run }) => ({
    run: { ...run, k6: { iterations: 240, droppedIterations: 55, exitCode: 0 } },
  }));
  expect(dropped.measures?.availability?.byCount).toBe(1 - 55 / 275);
});

test("does not look at the warm-up", () => {
  const edit = ({ operations }: Parts) => ({
    operations: operations.map((op) => (op.n < 19 ? { ...op, outcome: "info" as const } : op)),
  });
  expect(checked({ outage: null }, edit).measures?.availability).toMatchObject({ byTime: 1, byCount: 1 });
});

test("spends the error budget of the promised period", () => {
  const { verdict, measures } = checked({ ...promise(0.999) });
  // 0.1 % of 30 days are 2592 s; the outage takes about 3 of them, and about 60 of the 51,840 writes in them.
  expect(verdict).toBe("holds");
  expect((measures?.availability?.budgetByTime as number) * 2592).toBeCloseTo(3.03, 1);
  expect((measures?.availability?.budgetByCount as number) * 2592 * 20).toBeCloseTo(60, 5);
});

test.each([
  [0.999, 30, null, "holds"],
  [0.99999, 2, null, "broken"],
  [0.999, 30, { outage: { afterMs: 10, ms: null } }, "inconclusive"],
  [0.99999, 2, { outage: { afterMs: 10, ms: null } }, "broken"],
] as const)("a promise of %d over %d days, %j: %s", (share, periodDays, changes, verdict) => {
  expect(checked({ ...promise(share, periodDays), ...changes }).verdict).toBe(verdict);
});

test("breaks by count as well as by time", () => {
  // Acknowledged again after each failure: little time, but every second write.
  const edit = ({ operations }: Parts) => ({
    operations: operations.map((op) => (op.n % 2 === 0 ? { ...op, outcome: "fail" as const } : op)),
  });
  const { measures } = checked({ outage: null }, edit);
  expect(measures?.availability?.byCount).toBeCloseTo(0.5, 2);
});

test("without a promise no budget is spent; without writes or a baseline nothing is known", () => {
  expect(checked().verdict).toBe("unasked");
  expect(checked().measures?.availability).toMatchObject({ budgetByTime: null, budgetByCount: null });
  for (const edit of [() => ({ operations: [] }), () => ({ events: [] })])
    expect(checked({}, edit)).toEqual({
      verdict: "inconclusive",
      reason: "nothing was written from the baseline on",
    });
});
