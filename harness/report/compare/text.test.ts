/** A comparison as text in 80 columns, as Markdown, and as a page. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configNamed, fake, type PlannedFigures, set } from "../testing/fake-runs.ts";
import { type Comparison, compareSets } from "./compare.ts";
import { parseExpression } from "./fail-on.ts";
import { compareHtml } from "./html.ts";
import type { ComparedRun } from "./pairs.ts";
import { compareMarkdown, compareText } from "./text.ts";

const many = (figures: PlannedFigures[], change = {}) => figures.map((each) => fake(each, change));
const SYNC = { config: configNamed("sync", { replication: "sync" }) };

function example(): Comparison {
  const a = [2, 2.1, 2.2, 2.3, 2.4, 2.5].map((rto, index) => ({ rto, lost: 10 + index, apartFor: 28 }));
  const b = [4, 4.1, 4.2, 4.3].map((rto, index) => ({ rto, lost: 0, redundancy: 20 + index }));
  const bad: PlannedFigures = { word: "inconclusive" };
  return compareSets([set("A", many(a)), set("B", many([...b, bad], SYNC))], [parseExpression("rto>+20%")]);
}

describe("the text", () => {
  test("has the sets, what is compared, a block of rows, the legend, and what regressed", () => {
    const lines = compareText(example()).split("\n");
    const at = (text: string) => lines.findIndex((line) => line.startsWith(text));
    expect(lines.slice(0, 5)).toEqual([
      "A  set A (the baseline): 6 hold",
      "B  set B: 4 hold, 1 inconclusive",
      "",
      "region-loss: A async → B sync",
      "  compared: config: async → sync; config.replication: async → sync",
    ]);
    expect(lines.slice(at("  RTO"), at("  RTO") + 2)).toEqual([
      "  RTO, s            A 2.25 [2, 2.50] (6)              +1.90 [+1.60, +2.20]",
      "    B worse         B 4.15, 4 … 4.30 (4)              +1.90",
    ]);
    expect(lines.slice(at("  redundancy"), at("  redundancy") + 2)).toEqual([
      "  redundancy, s     A > 28 (6)                        < -6.50 [-∞, -5]",
      "    B better        B 21.5, 20 … 23 (4)               < -6.50",
    ]);
    expect(lines.slice(at("  lost anything"), at("  lost anything") + 2)).toEqual([
      "  lost anything     A 6 of 6 [61, 100] %              -100 [-100, -37] pt",
      "    B better        B 0 of 4, at most 53 %",
    ]);
    expect(lines.slice(at("Inconclusive:"), at("Inconclusive:") + 3)).toEqual([
      "Inconclusive:",
      expect.stringMatching(/^- B run-\d+$/),
      "  worth-judging: k6 was killed",
    ]);
    expect(lines[at("Regressed:") + 1]).toBe("- rto>+20%: region-loss: A async → B sync");
  });

  test("lists no differences between equal setups, and one that all pairs share once", () => {
    const same = compareText(compareSets([set("A", many([{}, {}])), set("B", many([{}, {}]))]));
    expect(same).not.toMatch(/differs|compared/);
    const slow = { host: { cores: 1 } };
    const other = { config: configNamed("sync") };
    const sets = [
      set("A", [...many([{}, {}]), ...many([{}, {}], other)]),
      set("B", [...many([{}, {}], slow), ...many([{}, {}], { ...other, ...slow, versions: { fhirdrill: "0.2.0" } })]),
    ];
    const lines = compareText(compareSets(sets)).split("\n");
    expect(lines.filter((line) => line.includes("differs"))).toEqual([
      "also differs: host.cores: 2 → 1",
      "  also differs: version.fhirdrill: 0.1.0 → 0.2.0",
    ]);
  });

  test("fits 80 columns, whatever the figures are", () => {
    const size = fc.oneof(fc.nat(10), fc.double({ min: 0, max: 1e6, noNaN: true }));
    const figures = fc.record({
      lost: fc.nat(10_000_000),
      rto: size,
      downtime: size,
      apartFor: size,
      availability: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(figures, { minLength: 1, maxLength: 7 }),
        fc.array(figures, { minLength: 1, maxLength: 7 }),
        (a, b) => {
          const comparison = compareSets([set("A", many(a)), set("B", many(b))], [parseExpression("rto>+0")]);
          expect(
            compareText(comparison)
              .split("\n")
              .filter((line) => line.length > 80),
          ).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

test("Markdown has a table for each pair, with as many cells in each line", () => {
  const lines = compareMarkdown(example()).split("\n");
  const table = lines.filter((line) => line.startsWith("| "));
  expect(table[2]).toMatch(/^\| lost \| 12\.5 \[10, 15\] \(6\) \| 0 \(4\) \| -12\.5 /);
  expect(new Set(table.map((line) => line.split(" | ").length))).toEqual(new Set([6]));
  expect(lines).toContain("### region-loss: A async → B sync");
  expect(lines.join("\n")).toMatch(/\*\*Regressed\*\*\n\n- rto\\>\+20%: /);
});

describe("the page", () => {
  test("is self-contained: no script, no other file", () => {
    const html = compareHtml(example());
    expect(html).not.toMatch(/<script|<link|src=|href=|url\(|@import/);
    expect(html.match(/<svg /g)?.length).toBeGreaterThan(3);
    expect(html.match(/class="a open"/g)).toHaveLength(6);
    expect(html).toContain("prefers-color-scheme: dark");
  });

  test("escapes text that comes from files", () => {
    const evil = `<img src=x onerror="alert('1')">&`;
    const named = (run: ComparedRun): ComparedRun => ({
      ...run,
      name: evil,
      run: { ...run.run, host: { cores: evil } },
      verdict: {
        ...run.verdict,
        scenario: evil,
        checks: [{ name: evil, verdict: "inconclusive", reason: evil, evidence: [] }],
      },
    });
    const runs = many([{ word: "inconclusive" }, { rto: 1 }]).map(named);
    const sets = [set("A", runs.slice(0, 1)), set("B", runs)].map((each) => ({ ...each, label: evil }));
    const html = compareHtml(compareSets([sets[0] as (typeof sets)[number], set("B", many([{}]).map(named))]));
    expect(html).toContain("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;");
    expect(html).not.toContain("<img");
  });
});
