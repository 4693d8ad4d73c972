import { expect, test } from "vitest";
import { UNMEASURED } from "./unmeasured.ts";
import { CheckWordSchema, MeasuresSchema, type VerdictWord, worst } from "./verdict.ts";

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

test("the word of older verdicts for no-objective is still read", () => {
  expect(CheckWordSchema.parse("unasked")).toBe("no-objective");
  for (const word of ["holds", "no-objective", "not-examined"]) expect(CheckWordSchema.parse(word)).toBe(word);
  expect(CheckWordSchema.safeParse("else").success).toBe(false);
});

test("what older judges did not measure is null, not 0", () => {
  for (const [name, value] of Object.entries(UNMEASURED))
    expect(MeasuresSchema.shape[name as keyof typeof UNMEASURED].parse(undefined)).toEqual(value);
  const figures = JSON.stringify(UNMEASURED).matchAll(/"(\w+)":(\d+)/g);
  expect(new Set([...figures].map(([, name]) => name))).toEqual(new Set(["count"]));
});
