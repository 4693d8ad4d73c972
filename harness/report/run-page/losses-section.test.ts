import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { fakeRun } from "../../check/testing/fake-run.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import { lossesSection } from "./losses-section.ts";

const STORIES = { lost: 0, neverAcknowledged: 0, shown: [] };
const { measures } = judge(fakeRun());
const textOf = (changes: Partial<Measures> = {}) => lossesSection(STORIES, { ...measures, ...changes }).text;

test("how much was read through the API is told, and what that says of the rest", () => {
  const read = (reads: Measures["reads"]) => textOf({ reads });
  expect(textOf()).toContain(`${measures.reads.wanted} of ${measures.reads.wanted} resources were read through`);
  expect(read({ wanted: 900, answered: 300, wrongAtMost: 8 })).toContain(
    "300 of 900 resources were read through the FHIR API at the end. With 95 % confidence no more than 8 of the others are wrong.",
  );
  expect(read({ wanted: 900, answered: 0, wrongAtMost: null })).toContain("Of the others nothing is known.");
  expect(read({ wanted: null, answered: null, wrongAtMost: null })).not.toContain("resources were read");
});

test("what could have been saved of the writes that are gone is told, where some are", () => {
  const savable = (gone: number) => textOf({ savable: { gone, inLog: { count: 1, why: null }, inArchive: null } });
  expect(savable(2)).toContain("<p>Could have been saved: 1 of the 2 gone, which ");
  expect(savable(0)).not.toContain("saved");
});

test("clients who were told too little are counted, if there are any", () => {
  const told = (count: number | null) => textOf({ unverifiable: { count, ids: [] } });
  expect(told(1)).toContain("The client of 1 write was told “done” by an answer that cannot be looked up.");
  expect(told(3)).toContain("The clients of 3 writes were told");
  for (const count of [0, null]) expect(told(count)).not.toContain("told “done”");
});
