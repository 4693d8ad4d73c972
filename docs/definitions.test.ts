import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CHECKERS } from "../harness/check/judge.ts";
import { definitionsPage, docstring, labelsOf } from "./definitions.ts";

const sourceOf = (name: string) => readFileSync(new URL(`../harness/check/${name}.ts`, import.meta.url), "utf8");

test("the page matches the docstrings; if not, run `npm run docs`", () => {
  const page = readFileSync(new URL("definitions.md", import.meta.url), "utf8");
  expect(page).toBe(`${definitionsPage(sourceOf)}\n`);
});

/**
 * The verdicts other than "holds" that a checker's code can give: by itself, or by findings that it shares with others.
 */
function wordsOf(source: string): string[] {
  const code = source.slice(source.indexOf("*/"));
  const says: [string, RegExp][] = [
    ["Broken", /"broken"/],
    ["Inconclusive", /"inconclusive"|whatServingHolds\(/],
    ["Not examined", /"not-examined"/],
    ["No objective", /"no-objective"|\bNO_DISASTER;|outagesWithoutDisaster\(/],
  ];
  return says.flatMap(([word, pattern]) => (pattern.test(code) ? [word] : []));
}

describe.each(CHECKERS.map(({ name }) => name))("%s", (name) => {
  const labels = labelsOf(docstring(sourceOf(name)));

  test("explains each verdict that it can give, and no other", () => {
    expect(Object.keys(labels).filter((label) => label !== "Unit")).toEqual(wordsOf(sourceOf(name)));
  });

  test("has a unit, unless it judges the run as a whole", () => {
    expect("Unit" in labels).toBe(name !== "worth-judging");
  });
});

test("a check that needs something of the system says so, and no other does", () => {
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

test("the lines of a label are joined, without the text above them", () => {
  const text = docstring("/**\n * Thing: a thing.\n *\n * Unit: seconds.\n * Broken: there\n * is one.\n */\ncode");
  expect(labelsOf(text)).toEqual({ Unit: "seconds.", Broken: "there is one." });
  expect(() => docstring("code")).toThrow(/no docstring/);
});
