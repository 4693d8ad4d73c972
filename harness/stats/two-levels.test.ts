import { expect, test } from "vitest";
import { twoLevels } from "./two-levels.ts";

test.each([
  [[4, 5, 3.6, 2, 2.2, 1.9], [2, 3, 4], 3],
  [[4, 5, 3.6, 2, 2.2, 1.9], [2, 4], 2],
  [[1, 1, 1, 1, 9, 9], [1, 2, 3, 4, 5], 4],
  // A single outlier is no level.
  [[1, 2, 500, 2, 1, 8, 9, 8, 9], [2, 3, 4, 5, 6, 7], 5],
  [[1, 2, 3], [2], 2],
])("the second level of %j, at one of %j, begins at %i", (values, places, index) => {
  expect(twoLevels(values, places)).toBe(index);
});
