/** A judge that says today what it said of a real run when that was kept; `npm run golden` keeps a new word on purpose. */
import { expect, test } from "vitest";
import { judge } from "../../harness/check/judge.ts";
import { readRecord } from "../../harness/history/read-record.ts";
import { type CheckResult, UNASKED, VerdictSchema } from "../../harness/model/verdict/verdict.ts";
import { goldenNames, readGolden } from "./read-golden.ts";

test("there are real runs to judge again", () => {
  expect(goldenNames().length).toBeGreaterThanOrEqual(3);
});

/** Older judges had one word for what was not examined and what has no objective. */
function inOldWords(now: CheckResult, kept: CheckResult | undefined): CheckResult {
  const isOneWord = now.verdict === "no-objective" || now.verdict === "not-examined";
  const old: string | undefined = kept?.verdict;
  return isOneWord && old === UNASKED ? { ...now, verdict: "no-objective" } : now;
}

test.each(goldenNames())("%s is judged as it was", (name) => {
  const { files, verdict } = readGolden(name);
  const now = judge(readRecord(files));
  // What its judge did not measure yet is not known.
  const kept = VerdictSchema.parse(verdict);
  expect({ ...now, checks: now.checks.map((check, i) => inOldWords(check, verdict.checks[i])) }).toEqual(kept);
});
