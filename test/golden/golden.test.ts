/** The judge gives the stored verdicts of real runs again; `npm run golden` updates them on purpose. */
import { expect, test } from "vitest";
import { judge } from "../../harness/check/judge.ts";
import { type CheckResult, UNASKED, VerdictSchema } from "../../harness/model/verdict/verdict.ts";
import { readRecord } from "../../harness/record/read-record.ts";
import { goldenNames, readGolden } from "./read-golden.ts";

test("there are real runs to judge again", () => {
  expect(goldenNames().length).toBeGreaterThanOrEqual(3);
});

/** Older judges had one word for both: not examined, and no objective. */
function inOldWords(now: CheckResult, kept: CheckResult | undefined): CheckResult {
  const isOneWord = now.verdict === "no-objective" || now.verdict === "not-examined";
  const old: string | undefined = kept?.verdict;
  return isOneWord && old === UNASKED ? { ...now, verdict: "no-objective" } : now;
}

test.each(goldenNames())("%s gets its stored verdict", (name) => {
  const { files, verdict } = readGolden(name);
  const now = judge(readRecord(files));
  // Figures that its judge did not measure yet are unknown.
  const kept = VerdictSchema.parse(verdict);
  expect({ ...now, checks: now.checks.map((check, i) => inOldWords(check, verdict.checks[i])) }).toEqual(kept);
});
