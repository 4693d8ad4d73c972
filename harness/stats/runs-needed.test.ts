import { expect, test } from "vitest";
import { chance } from "../model/load/write.ts";
import type { Observation } from "./median.ts";
import { type RankTest, rankTest } from "./rank-test.ts";
import { runsNeeded } from "./runs-needed.ts";

const seen = (...values: number[]): Observation[] => values.map((value) => ({ value, censored: false }));

test("the result is Noether's formula: for an effect of 3 in 4, 21 runs per group", () => {
  // (1.95996 + 0.84162)² / (3 · 0.25²) = 41.86 in both groups.
  expect(runsNeeded(seen(1, 3), seen(2, 4), 0.05)).toBe(21);
  expect(runsNeeded(seen(3, 1), seen(4, 2), 0.05)).toBe(21);
  expect(runsNeeded(seen(2, 4), seen(1, 3), 0.05)).toBe(21);
  expect(runsNeeded(seen(1, 3), seen(2, 4), 0.05 / 10)).toBeGreaterThan(30);
});

test("for zeros and ones, it is the formula for two shares", () => {
  const group = (ones: number) => seen(...Array.from({ length: 200 }, (_, index) => (index < ones ? 1 : 0)));
  // 2 · 7.849 · p (1 - p) / d² with p = 0.4 and d = 0.1.
  expect(runsNeeded(group(70), group(90), 0.05)).toBe(Math.ceil((2 * 7.849 * 0.24) / 0.01));
});

test("with that many runs, about 80 % of comparisons detect the effect", () => {
  // B is above A with a probability of 0.8: exponential values, B's four times as large.
  const count = Math.ceil(7.849 / (6 * 0.3 ** 2));
  let [draw, detected] = [0, 0];
  const values = (scale: number) =>
    seen(
      ...Array.from({ length: count }, () => {
        draw += 1;
        return -scale * Math.log(1 - chance(9, draw));
      }),
    );
  for (let sample = 0; sample < 600; sample += 1)
    if ((rankTest(values(1), values(4), () => 0) as RankTest).either.p <= 0.05) detected += 1;
  expect(Math.abs(detected / 600 - 0.8)).toBeLessThan(0.1);
});

test("no effect needs infinitely many, and censoring may hide the effect", () => {
  expect(runsNeeded(seen(1, 2), seen(1, 2), 0.05)).toBe(Number.POSITIVE_INFINITY);
  const cut = (value: number) => ({ value, censored: true });
  expect(runsNeeded([cut(3), cut(3)], [cut(3), cut(3)], 0.05)).toBeNull();
  expect(runsNeeded(seen(1, 2), [cut(3), cut(3)], 0.05)).toBe(runsNeeded(seen(1, 2), seen(3, 4), 0.05));
});
