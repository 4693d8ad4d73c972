import { expect, test } from "vitest";
import { chance } from "../model/load/write.ts";
import { holm, LEVEL } from "./holm.ts";
import { type RankTest, rankTest } from "./rank-test.ts";

const continuous = (...chances: number[]) => chances.map((p) => ({ p, least: 0 }));

test("the textbook's four: 0.01, 0.04, 0.03 and 0.005", () => {
  expect(holm(continuous(0.01, 0.04, 0.03, 0.005)).p.map((p) => p?.toFixed(3))).toEqual([
    "0.030",
    "0.060",
    "0.060",
    "0.020",
  ]);
});

test("one question alone is not corrected, and none gives none", () => {
  expect(holm(continuous(0.04))).toEqual({ p: [0.04], counted: 1 });
  expect(holm([])).toEqual({ p: [], counted: 0 });
});

test("a question that cannot be significant does not penalize the others", () => {
  const idle = { p: 1, least: 1 };
  expect(holm([idle, { p: 0.03, least: 0.001 }, idle])).toEqual({ p: [null, 0.03, null], counted: 1 });
  // Alone, the second could be significant; beside the first it cannot.
  const two = holm([
    { p: 0.03, least: 0.001 },
    { p: 0.04, least: 0.04 },
  ]);
  expect(two).toEqual({ p: [0.03, null], counted: 1 });
  // A question whose smallest p equals the level can be significant.
  expect(holm([{ p: LEVEL, least: LEVEL }])).toEqual({ p: [LEVEL], counted: 1 });
});

test("without any difference, at most 5 % of cases have a significant question", () => {
  let [draw, alarms] = [0, 0];
  const drawn = (of: (u: number) => number, count: number) =>
    Array.from({ length: count }, () => {
      draw += 1;
      return { value: of(chance(5, draw)), censored: false };
    });
  const kinds = [(u: number) => u, (u: number) => Math.floor(4 * u), (u: number) => (u < 0.1 ? 1 : 0)];
  for (let night = 0; night < 1000; night += 1) {
    const questions = kinds.flatMap((of) =>
      [4, 6, 8].map((count) => (rankTest(drawn(of, count), drawn(of, count), () => 0) as RankTest).either),
    );
    if (holm(questions).p.some((p) => p !== null && p <= LEVEL)) alarms += 1;
  }
  expect(alarms / 1000).toBeLessThan(0.05);
  expect(alarms).toBeGreaterThan(0);
});
