import { expect, test } from "vitest";
import { rising } from "./rising.ts";

test("it grows linearly between two points, and not before the first or after the last", () => {
  const used = rising([
    [1000, 5],
    [2000, 7],
    [4000, 13],
  ]);
  expect([500, 1000, 1250, 2000, 3000, 4000, 9000].map(used)).toEqual([5, 5, 5.5, 7, 10, 13, 13]);
});

test("without points the sum is 0", () => {
  expect([0, 1000].map(rising([]))).toEqual([0, 0]);
});
