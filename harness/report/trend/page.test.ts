/** The page has everything of the courses, and nothing that a browser would run or fetch. */
import { describe, expect, test } from "vitest";
import { about, FAKE, type Night, night } from "../testing/fake-trend.ts";
import { trendPage } from "./page.ts";
import { trendOf } from "./trend.ts";

const page = (runs: Parameters<typeof trendOf>[0], leftOut: { folder: string; why: string }[] = []) =>
  trendPage(
    trendOf(runs, () => ["1234567 Twice as fast & <b>bold</b>"]),
    leftOut,
  );
const nights = (count: number, of: (index: number) => Night) =>
  Array.from({ length: count }, (_, i) => night(i, of(i)));
const count = (text: string, part: RegExp) => [...text.matchAll(part)].length;
const svgs = (text: string) => text.match(/<svg .*?<\/svg>/gs) ?? [];

describe("pictures", () => {
  const [OLD, NEW] = ["a".repeat(40), "b".repeat(40)];
  const runs = nights(20, (i) => ({ rto: about(i < 12 ? 4 : 2, i), lost: about(100, i), commit: i < 12 ? OLD : NEW }));
  runs[3] = night(3, { verdict: "inconclusive", rto: 99, commit: OLD });
  runs[5] = night(5, { verdict: "broken", beyond: 5, commit: OLD });
  const text = page(runs);

  test("exist for each known figure, with a titled mark for each run", () => {
    expect(svgs(text)).toHaveLength(4);
    for (const svg of svgs(text)) {
      expect(count(svg, /<path class="(dot|cross)" d="[^"]+"><title>[^<]+<\/title><\/path>/g)).toBe(20);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    }
    const rto = svgs(text)[1] as string;
    expect(rto).toContain("<title>2026-01-01 02:00: 3.60 s, holds, night-0</title>");
    expect(rto).toContain('<g class="inconclusive"><path class="cross"');
    expect(rto).toContain("worth-judging: k6 was killed, inconclusive, night-3");
    expect(rto).toMatch(/<g class="broken"><path class="dot" d="M[^a]*Z"><title>[^<]*: &gt; 5 s, broken, night-5</);
    expect(rto).not.toContain("99 s");
  });

  test("mark a change, which is listed at the top with what else changed then", () => {
    expect(count(svgs(text)[1] as string, /<line class="change"/g)).toBe(1);
    expect(text).toContain('<a href="#c0">fake × fake</a>: RTO 4 s → 2.02 s since 2026-01-13');
    expect(text).toMatch(
      /What else changed at that time<\/h3>.*commit aaaaaaa → bbbbbbb.*1234567 Twice as fast &amp; &lt;b&gt;bold/s,
    );
  });

  test("have a table with every run, newest first", () => {
    const names = [...text.matchAll(/<td>(night-\d+)<\/td>/g)].map(([, name]) => name);
    expect(names).toEqual(Array.from({ length: 20 }, (_, i) => `night-${19 - i}`));
    expect(text).toContain('inconclusive<br><span class="soft">worth-judging: k6 was killed</span>');
  });

  test("show a near objective as a line, and mention one far above", () => {
    expect(svgs(text).join()).not.toContain('class="promise"');
    expect(text).toContain("objective 3600 s, far above the chart");
    const config = { ...FAKE.config, objectives: { ...FAKE.config.objectives, rtoSeconds: 5 } };
    expect(count(page(nights(3, () => ({ change: { config } }))), /class="promise"/g)).toBe(1);
  });
});

test("one run has figures and no chart; few runs are reported as too few", () => {
  expect(svgs(page([night(0)]))).toEqual([]);
  expect(page([night(0)])).toContain("<b>RTO 2 s</b>");
  expect(page(nights(9, () => ({})))).toContain("9 runs, too few to detect a change");
  expect(page(nights(9, () => ({})))).toContain("No figure changed detectably.");
});

test("names and reasons are escaped; nothing is run or fetched", () => {
  const evil = `<script>alert("1")</script>'&`;
  const run = night(0, { verdict: "inconclusive" });
  const checks = [{ name: evil, verdict: "inconclusive" as const, reason: evil, evidence: [] }];
  const host = { [evil]: evil };
  const runs = [
    { ...run, name: evil, verdict: { ...run.verdict, scenario: evil, checks } },
    ...[1, 2].map((index) => {
      const next = night(index, { change: index === 2 ? { host } : {} });
      return { ...next, verdict: { ...next.verdict, scenario: evil } };
    }),
  ];
  const text = page(runs, [{ folder: evil, why: evil }]);
  expect(count(text, /&lt;script&gt;/g)).toBeGreaterThan(8);
  expect(text).not.toMatch(/<script|<link|<img|@import|url\(| src=|https?:| on[a-z]+=/);
});
