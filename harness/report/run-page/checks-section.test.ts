import { expect, test } from "vitest";
import type { CheckResult, CheckWord } from "../../model/verdict/verdict.ts";
import { checksSection } from "./checks-section.ts";

const check = (name: string, verdict: CheckWord, reason: string): CheckResult => ({
  ...{ name, verdict, reason, evidence: [] },
});

test("checks not examined are above the list with their reasons, and in it before those that hold", () => {
  const { text } = checksSection([
    check("one", "holds", "fine"),
    check("two", "not-examined", "no <disk>"),
    check("three", "no-objective", "a figure"),
    check("four", "not-examined", "no <disk>"),
  ]);
  expect(text).toContain('<p class="note">Not examined: two, four: no &lt;disk&gt;</p>');
  const rows = [...text.matchAll(/class="check ([\w-]+)"><span[^>]*>.<\/span> ([\w ]+)<\/span>.*?>(\w+)<\/th>/g)];
  expect(rows.map(([, word, shown, name]) => [word, shown, name])).toEqual([
    ["not-examined", "not examined", "two"],
    ["not-examined", "not examined", "four"],
    ["holds", "holds", "one"],
    ["no-objective", "no objective", "three"],
  ]);
});

test("without such checks there is no note", () => {
  expect(checksSection([check("one", "holds", "fine")]).text).not.toContain("Not examined");
});
