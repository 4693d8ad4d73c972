/** The export is valid XML in the shape that CI systems read, whatever the texts contain. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PLAN } from "../../check/testing/fake-plan.ts";
import type { CheckResult } from "../../model/verdict/verdict.ts";
import { exported, inconclusive } from "../testing/fake-exported.ts";
import type { ExportedRun } from "./exported-run.ts";
import { junitText } from "./junit.ts";

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const ALLOWED = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
const TAG = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/y;

/** A strict parser for the subset of XML used here: throws on anything else. */
function parsed(text: string): Element {
  const [head, body] = [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n") + 1)];
  expect(head).toBe('<?xml version="1.0" encoding="UTF-8"?>');
  expect(text).toMatch(ALLOWED);
  // An XML parser normalizes a bare CR to a newline.
  expect(text).not.toContain("\r");
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  for (let at = 0; at < body.length; ) {
    const top = open.at(-1) as Element;
    const content = /[^<]*/y;
    content.lastIndex = at;
    const plain = (content.exec(body) as RegExpExecArray)[0];
    top.text += unescaped(plain);
    at += plain.length;
    if (at === body.length) break;
    TAG.lastIndex = at;
    const [tag, closing, name = "", attributes = "", empty] = TAG.exec(body) ?? [];
    if (tag === undefined) throw new Error(`no tag: ${body.slice(at, at + 60)}`);
    at += tag.length;
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    const pairs = [...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [
      key,
      unescaped(value ?? ""),
    ]);
    const element: Element = { name, attributes: Object.fromEntries(pairs), children: [], text: "" };
    top.children.push(element);
    if (!empty) open.push(element);
  }
  expect(open).toEqual([root]);
  expect([root.children.length, root.text.trim()]).toEqual([1, ""]);
  return root.children[0] as Element;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };
function unescaped(text: string): string {
  return text.replace(/&([^;]*;?)/g, (_, entity: string) => {
    const code = /^#(\d+);$/.exec(entity)?.[1];
    const sign = code === undefined ? ENTITIES[entity.slice(0, -1)] : String.fromCodePoint(Number(code));
    if (sign === undefined || !entity.endsWith(";")) throw new Error(`no entity: &${entity}`);
    return sign;
  });
}

const suites = (...runs: ExportedRun[]) => parsed(junitText(runs)).children;
const named = ({ children }: Element, name: string) => children.filter((child) => child.name === name);
const caseOf = (suite: Element, name: string) =>
  named(suite, "testcase").find(({ attributes }) => attributes.name === name) as Element;
const withChecks = (checks: CheckResult[], verdict: "holds" | "inconclusive" = "holds"): ExportedRun => {
  const run = exported("r1");
  return { ...run, verdict: { ...run.verdict, verdict, checks } };
};

describe("a suite", () => {
  test("is a run: its name, start, duration, properties, and the counts of its cases", () => {
    const broken = exported("r2", { lost: [10, 11], objectives: { ...PLAN.objectives, rpoSeconds: 0 } });
    const [first, second] = suites(exported("r1"), broken) as [Element, Element];
    expect(first.attributes).toMatchObject({ name: "fake × fake", id: "0", timestamp: "2026-01-01T00:00:00" });
    expect(second.attributes).toMatchObject({ id: "1", time: "12.345", failures: "1", errors: "0" });
    const cases = named(second, "testcase");
    const count = (name: string) => cases.filter(({ children }) => children[0]?.name === name).length;
    expect([cases.length, count("failure"), count("error"), count("skipped")].map(String)).toEqual(
      ["tests", "failures", "errors", "skipped"].map((name) => second.attributes[name]),
    );
    const properties = named(named(second, "properties")[0] as Element, "property").map(({ attributes }) => attributes);
    expect(properties).toContainEqual({ name: "run", value: "r2" });
    expect(properties).toContainEqual({ name: "seed", value: String(PLAN.seed) });
  });

  test("has the elements and attributes that the stricter schema requires, in order", () => {
    const [suite] = suites(exported("r1")) as [Element];
    expect([...new Set(suite.children.map(({ name }) => name))]).toEqual([
      "properties",
      "testcase",
      "system-out",
      "system-err",
    ]);
    const wanted = ["errors", "failures", "hostname", "id", "name", "package", "skipped", "tests", "time", "timestamp"];
    expect(Object.keys(suite.attributes).toSorted()).toEqual(wanted);
    for (const { attributes } of named(suite, "testcase"))
      expect(Object.keys(attributes)).toEqual(["name", "classname", "time"]);
  });

  test("has no time if none was measured", () => {
    const [suite] = suites({ ...exported("r1"), tookMs: null }) as [Element];
    expect(suite.attributes.time).toBeUndefined();
  });
});

test("each repeat is unique by class and name, and the first is named as if it were the only one", () => {
  const other = exported("r3");
  const config = { ...other, verdict: { ...other.verdict, config: "other" } };
  const all = suites(exported("r1"), exported("r2"), config, exported("r4"));
  const names = all.flatMap((suite) =>
    named(suite, "testcase").map(({ attributes }) => `${attributes.classname} ${attributes.name}`),
  );
  expect(new Set(names).size).toBe(names.length);
  expect(all.map(({ attributes }) => attributes.name)).toEqual([
    "fake × fake",
    "fake × fake, repeat 2",
    "fake × other",
    "fake × fake, repeat 3",
  ]);
  const alone = suites(exported("r1")).flatMap((suite) => named(suite, "testcase"));
  expect(named(all[0] as Element, "testcase")).toEqual(alone);
});

describe("a case", () => {
  const check = (verdict: CheckResult["verdict"]): CheckResult => {
    return { name: verdict, verdict, reason: `it is ${verdict}`, evidence: ["w1-1", "w1-2"] };
  };

  test("that holds passes, and every other has its reason and evidence", () => {
    const [suite] = suites(
      withChecks([
        check("holds"),
        check("broken"),
        check("inconclusive"),
        check("no-objective"),
        check("not-examined"),
      ]),
    ) as [Element];
    expect(caseOf(suite, "holds").children).toEqual([]);
    const skipped = { "no-objective": "skipped", "not-examined": "skipped" } as const;
    expect(suite.attributes.skipped).toBe("2");
    const elements = { broken: "failure", inconclusive: "error", ...skipped } as const;
    for (const [word, element] of Object.entries(elements)) {
      const [child, ...rest] = caseOf(suite, word).children;
      expect([child?.name, child?.text, rest]).toEqual([element, `it is ${word}\nw1-1\nw1-2`, []]);
      expect(child?.attributes.message).toBe(`it is ${word}`);
    }
  });

  test("with an error exists in every inconclusive run", () => {
    const [suite] = suites(inconclusive("r1")) as [Element];
    expect(Number(suite.attributes.errors)).toBeGreaterThan(0);
    const [silent] = suites(withChecks([check("no-objective")], "inconclusive")) as [Element];
    expect(silent.attributes).toMatchObject({ tests: "2", errors: "1", skipped: "1" });
    const [child] = caseOf(silent, "verdict").children;
    expect([child?.name, child?.text]).toEqual(["error", "too little was examined for the run to hold"]);
  });
});

test("any text is preserved, except characters that XML does not allow", () => {
  const texts = fc.string({ unit: "binary", maxLength: 40 });
  const nasty = fc.constantFrom("\0\b]]>", "\uD800", "\uFFFE", "a\r\nb\tc", "<!--", "&amp;", "\"'", "\u{1F525}");
  fc.assert(
    fc.property(fc.oneof(texts, nasty), (text) => {
      const [suite] = suites(withChecks([{ name: "any", verdict: "broken", reason: text, evidence: [] }])) as [Element];
      const left = [...text].filter((sign) => ALLOWED.test(sign)).join("");
      const failure = caseOf(suite, "any").children[0] as Element;
      expect([failure.text, failure.attributes.message]).toEqual([left, left]);
    }),
    { numRuns: 200 },
  );
});
