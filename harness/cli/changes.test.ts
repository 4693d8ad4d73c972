import { expect, test } from "vitest";
import { judge } from "../check/judge.ts";
import { fakeRun } from "../check/testing/fake-run.ts";
import type { CheckWord, Verdict } from "../model/verdict/verdict.ts";
import { changesSince } from "./changes.ts";

const verdict = judge(fakeRun({ lost: [10] }));
const since = (stored: unknown, now: Verdict = verdict) => changesSince(JSON.stringify(stored), now);

test("an identical verdict has no changes", () => {
  expect(since(verdict)).toEqual([]);
});

test("changed words, new checks and dropped checks are listed in the order of the checks", () => {
  const [first, second, ...rest] = verdict.checks;
  const gone = { name: "an-old-check", verdict: "holds", reason: "", evidence: [] };
  const before = { ...verdict, verdict: "broken", checks: [{ ...first, verdict: "broken" }, ...rest, gone] };
  expect(since(before)).toEqual([
    "verdict: broken → holds",
    "worth-judging: broken → holds",
    `${second?.name}: not checked → ${second?.verdict}`,
    "an-old-check: holds → not checked",
  ]);
});

test("the one word of older judges equals either of its two successors, which differ from each other", () => {
  const stored = (word: string) => ({
    ...verdict,
    checks: verdict.checks.map((check) => (check.name === "latency" ? { ...check, verdict: word } : check)),
  });
  const now = (word: CheckWord) => stored(word) as Verdict;
  for (const word of ["no-objective", "not-examined"] as const) expect(since(stored("unasked"), now(word))).toEqual([]);
  expect(since(stored("unasked"), now("broken"))).toEqual(["latency: unasked → broken"]);
  expect(since(stored("no-objective"), now("not-examined"))).toEqual(["latency: no-objective → not-examined"]);
});

test("figures are compared, unknown and bounded ones as well", () => {
  const { measures } = verdict;
  const lost = { ...measures.lost, count: null };
  const downtime = { ...measures.downtime, seconds: 2.5, censored: true };
  const rto = { ...measures.rto, seconds: null, censoredAtSeconds: 8 };
  expect(since({ ...verdict, measures: { ...measures, lost, downtime, rto } })).toEqual([
    "lost: not known → 1",
    "downtime: more than 2.5 s → 3.05 s",
    "RTO: more than 8 s → 3.017 s",
  ]);
});

test("a difference finer than the record's resolution is no change", () => {
  const { measures } = verdict;
  const downtime = { ...measures.downtime, seconds: (measures.downtime.seconds as number) + 1e-9 };
  expect(since({ ...verdict, measures: { ...measures, downtime } })).toEqual([]);
});

test("an older judge's verdict with fewer measures is still compared", () => {
  const { lost, downtime, rto } = verdict.measures;
  expect(since({ ...verdict, measures: { lost, downtime, rto } })).toEqual([]);
});

test.each([
  [null, "there was no stored verdict"],
  ["", "the stored verdict cannot be read: Unexpected end of JSON input"],
  ["null", "the stored verdict cannot be read: : Invalid input"],
  ['{"schema":"fhirdrill.verdict/9"}', "the stored verdict cannot be read: schema: Invalid input"],
])("%j is reported for what it is", (text, change) => {
  expect(changesSince(text, verdict)).toEqual([expect.stringContaining(change)]);
});
