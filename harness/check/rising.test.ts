import { expect, test } from "vitest";
import { rising } from "./rising.ts";

test("between two points it grows evenly, and before the first and after the last not at all", () => {
  const used = rising([
    [1000, 5],
    [2000, 7],
    [4000, 13],
  ]);
  expect([500, 1000, 1250, 2000, 3000, 4000, 9000].map(used)).toEqual([5, 5, 5.5, 7, 10, 13, 13]);
});

test("of nothing that is known nothing was added", () => {
  expect([0, 1000].map(rising([]))).toEqual([0, 0]);
});
