import { expect, test } from "vitest";
import type { CheckResult, CheckWord } from "../../model/verdict/verdict.ts";
import { checksSection } from "./checks-section.ts";

const check = (name: string, verdict: CheckWord, reason: string): CheckResult => ({
  ...{ name, verdict, reason, evidence: [] },
});

test("what was not examined stands above the list with its reasons, and in it before what holds", () => {
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

test("where all was examined nothing is said of it", () => {
  expect(checksSection([check("one", "holds", "fine")]).text).not.toContain("Not examined");
});
