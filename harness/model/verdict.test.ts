import { expect, test } from "vitest";
import { type VerdictWord, worst } from "./verdict.ts";

test.each<[VerdictWord[], VerdictWord]>([
  [[], "inconclusive"],
  [["holds"], "holds"],
  [["holds", "holds"], "holds"],
  [["holds", "inconclusive"], "inconclusive"],
  [["inconclusive", "broken", "holds"], "broken"],
  [["broken", "inconclusive"], "broken"],
])("the worst of %j is %s", (words, expected) => {
  expect(worst(words)).toBe(expected);
});
