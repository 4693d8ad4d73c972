import { expect, test } from "vitest";
import { judge } from "../../check/judge.ts";
import { fakeRun } from "../../check/testing/fake-run.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import { lossesSection } from "./losses-section.ts";

const STORIES = { lost: 0, neverAcknowledged: 0, shown: [] };
const { measures } = judge(fakeRun());
const textOf = (changes: Partial<Measures> = {}) => lossesSection(STORIES, { ...measures, ...changes }).text;

test("the number of resources read through the API is shown, with a bound for the rest", () => {
  const read = (reads: Measures["reads"]) => textOf({ reads });
  expect(textOf()).toContain(`${measures.reads.wanted} of ${measures.reads.wanted} resources were read through`);
  expect(read({ wanted: 900, answered: 300, wrongAtMost: 8 })).toContain(
    "300 of 900 resources were read through the FHIR API at the end. With 95 % confidence, at most 8 of the others are wrong.",
  );
  expect(read({ wanted: 900, answered: 0, wrongAtMost: null })).toContain("Nothing is known about the others.");
  expect(read({ wanted: null, answered: null, wrongAtMost: null })).not.toContain("resources were read");
});

test("the gone writes that could have been saved are shown, if any are gone", () => {
  const savable = (gone: number) => textOf({ savable: { gone, inLog: { count: 1, why: null }, inArchive: null } });
  expect(savable(2)).toContain("<p>Could have been saved: 1 of the 2 gone, which ");
  expect(savable(0)).not.toContain("saved");
});

test("writes whose acknowledgement cannot be verified are counted, if there are any", () => {
  const noteOf = (count: number | null) => textOf({ unverifiable: { count, ids: [] } });
  expect(noteOf(1)).toContain("1 write was acknowledged by an answer that cannot be verified.");
  expect(noteOf(3)).toContain("3 writes were acknowledged by an answer that cannot be verified.");
  for (const count of [0, null]) expect(noteOf(count)).not.toContain("cannot be verified");
});
