import fc from "fast-check";
import { expect, test } from "vitest";
import { gehanScores } from "./gehan-scores.ts";

const seen = (value: number) => ({ value, censored: false });
const atLeast = (value: number) => ({ value, censored: true });

test("without censoring, the score is twice the rank minus (n + 1), with mean ranks for ties", () => {
  expect(gehanScores([3, 1, 2].map(seen))).toEqual([2, -2, 0]);
  expect(gehanScores([5, 5, 1, 9].map(seen))).toEqual([0, 0, -3, 3]);
});

test("a lower bound certainly exceeds observed values up to it, and nothing else", () => {
  expect(gehanScores([seen(2), atLeast(2)])).toEqual([-1, 1]);
  expect(gehanScores([seen(3), atLeast(2)])).toEqual([0, 0]);
  expect(gehanScores([atLeast(1), atLeast(9)])).toEqual([0, 0]);
  expect(gehanScores([seen(1), atLeast(5), seen(7)])).toEqual([-2, 1, 1]);
});

test("scores sum to 0 for all values", () => {
  const values = fc.array(fc.record({ value: fc.nat(9), censored: fc.boolean() }), { maxLength: 20 });
  fc.assert(fc.property(values, (list) => gehanScores(list).reduce((sum, score) => sum + score, 0) === 0));
});
