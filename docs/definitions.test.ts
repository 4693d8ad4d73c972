import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CHECKERS } from "../harness/check/judge.ts";
import { definitionsPage, docstring, labelsOf } from "./definitions.ts";

const sourceOf = (name: string) => readFileSync(new URL(`../harness/check/${name}.ts`, import.meta.url), "utf8");

test("the page is what the docstrings say; if not, `npm run docs` writes it anew", () => {
  const page = readFileSync(new URL("definitions.md", import.meta.url), "utf8");
  expect(page).toBe(`${definitionsPage(sourceOf)}\n`);
});

/** The words, but for "holds", that a checker's code can say: in itself, or by the findings that it shares with others. */
function wordsOf(source: string): string[] {
  const code = source.slice(source.indexOf("*/"));
  const says: [string, RegExp][] = [
    ["Broken", /"broken"/],
    ["Inconclusive", /"inconclusive"|whatServingHolds\(/],
    ["Not examined", /"not-examined"/],
    ["No objective", /"no-objective"|\bNO_DISASTER;/],
  ];
  return says.flatMap(([word, pattern]) => (pattern.test(code) ? [word] : []));
}

describe.each(CHECKERS.map(({ name }) => name))("%s", (name) => {
  const labels = labelsOf(docstring(sourceOf(name)));

  test("tells when it says each word that it can say, and of no other", () => {
    expect(Object.keys(labels).filter((label) => label !== "Unit")).toEqual(wordsOf(sourceOf(name)));
  });

  test("has a unit, unless it judges the run as a whole", () => {
    expect("Unit" in labels).toBe(name !== "worth-judging");
  });
});

test("what a check needs of the system stands with it, and where it needs nothing, nothing does", () => {
  const sections = new Map(
    definitionsPage(sourceOf)
      .split("\n### ")
      .map((text) => [text.split("\n")[0], text]),
  );
  expect(sections.get("divergence")).toContain(
    "\n- **needs** a system whose databases can be reached as administrator\n",
  );
  expect(sections.get("downtime")).not.toContain("**needs**");
});

test("a label's lines are one text, and what stands above them is none of it", () => {
  const text = docstring("/**\n * Thing: a thing.\n *\n * Unit: seconds.\n * Broken: there\n * is one.\n */\ncode");
  expect(labelsOf(text)).toEqual({ Unit: "seconds.", Broken: "there is one." });
  expect(() => docstring("code")).toThrow(/no docstring/);
});
