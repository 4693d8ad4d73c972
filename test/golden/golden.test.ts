/** A judge that says today what it said of a real run when that was kept; `npm run golden` keeps a new word on purpose. */
import { expect, test } from "vitest";
import { judge } from "../../harness/check/judge.ts";
import { readRecord } from "../../harness/history/read-record.ts";
import { VerdictSchema } from "../../harness/model/verdict/verdict.ts";
import { goldenNames, readGolden } from "./read-golden.ts";

test("there are real runs to judge again", () => {
  expect(goldenNames().length).toBeGreaterThanOrEqual(3);
});

test.each(goldenNames())("%s is judged as it was", (name) => {
  const { files, verdict } = readGolden(name);
  // What its judge did not measure yet is not known.
  expect(judge(readRecord(files))).toEqual(VerdictSchema.parse(verdict));
});
