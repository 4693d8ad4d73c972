/** What a cell shows of its runs, and that it never looks better than any of them. */
import { describe, expect, test } from "vitest";
import { FAKE, type Night, night } from "../testing/fake-trend.ts";
import { wordsIn } from "../testing/words.ts";
import { type ListedRun, overviewOf, type UncountedRun } from "./overview.ts";
import { overviewPage } from "./page.ts";

interface Place {
  scenario?: string;
  config?: string;
  state?: ListedRun["run"]["state"];
  page?: string | null;
}

function listed(index: number, figures: Night = {}, place: Place = {}): ListedRun {
  const { scenario = "loss", config = "async", state = "complete", page = `r${index}/report.html` } = place;
  const named = { scenario: { ...FAKE.scenario, name: scenario }, config: { ...FAKE.config, name: config } };
  const { name, run, verdict } = night(index, { ...figures, change: { ...named, ...figures.change } });
  const measures = { ...verdict.measures, stranded: { count: 0, ids: [] } };
  return { name, run: { ...run, state }, verdict: { ...verdict, measures }, page };
}

function uncounted(startedAt: string | null, change: Partial<UncountedRun> = {}): UncountedRun {
  const cell = { scenario: "loss", config: "async" };
  return { name: "odd", ...cell, startedAt, what: "still running, or killed", why: "no event", page: null, ...change };
}

const pageOf = (runs: ListedRun[], others: UncountedRun[] = [], leftOut: { folder: string; why: string }[] = []) =>
  overviewPage(overviewOf(runs, others), leftOut, "2026-02-01T12:00:00.000Z");

const cellsIn = (text: string) =>
  [...text.matchAll(/<td class="(\w+)" id="c\d+">(.*?)<\/td>/gs)].map(([, worst, cell = ""]) => {
    return { worst, text: wordsIn(cell) };
  });
function onlyCell(...given: Parameters<typeof pageOf>) {
  const cells = cellsIn(pageOf(...given));
  expect(cells).toHaveLength(1);
  return cells[0] as (typeof cells)[number];
}

describe("a cell", () => {
  test("whose repeats all hold starts with the newest, whatever the order of input", () => {
    const runs = [listed(1, { lost: 6 }), listed(2, { lost: 5 }), listed(0, { lost: 4 })];
    const { worst, text } = onlyCell(runs);
    expect(worst).toBe("holds");
    expect(text).toMatch(/^✓ holds 2026-01-03 02:00 3 hold lost 5 \(4 … 6\) RTO, s 2 downtime, s 2 3 runs /);
    expect(wordsIn(pageOf(runs))).toContain("None: in every cell, all repeats hold.");
  });

  test("of repeats with different verdicts counts each, and has the worst", () => {
    const runs = [listed(0, { lost: 4 }), listed(1, { lost: 10, verdict: "broken" }), listed(2, { lost: 6 })];
    const { worst, text } = onlyCell(runs);
    expect(worst).toBe("broken");
    expect(text).toMatch(/^✓ holds 2026-01-03 02:00 2 hold, 1 broken lost 6 \(4 … 10\) /);
    expect(wordsIn(pageOf(runs))).toContain("loss × async : 2 hold, 1 broken; the newest ✓ holds");
  });

  test("whose newest run is inconclusive starts with that, and uses none of its figures", () => {
    const { worst, text } = onlyCell([listed(0, { lost: 3 }), listed(1, { verdict: "inconclusive", lost: 1000 })]);
    expect(worst).toBe("inconclusive");
    expect(text).toMatch(/^\? inconclusive 2026-01-02 02:00 1 hold, 1 inconclusive lost 3 RTO/);
    expect(text).toContain("worth-judging: k6 was killed");
  });

  test("shows a censored RTO as a lower bound", () => {
    const runs = [listed(0), listed(1, { verdict: "broken", beyond: 30 })];
    expect(onlyCell(runs).text).toContain("RTO, s > 16 (2 … > 30)");
  });

  test("does not show an unknown value as 0", () => {
    const { text } = onlyCell([listed(0, { lost: null, rto: null, verdict: "broken" })]);
    expect(text).toContain("lost – RTO, s – downtime, s – 1 run");
  });

  test("lists runs of another setup than the newest separately", () => {
    const load = { ...FAKE.scenario.load, ratePerSecond: 7 };
    const otherwise = listed(0, { verdict: "broken", lost: 99, change: { scenario: { ...FAKE.scenario, load } } });
    const verdict = { ...otherwise.verdict, scenario: "loss" };
    const { worst, text } = onlyCell([{ ...otherwise, verdict }, listed(1)]);
    expect(worst).toBe("holds");
    expect(text).toMatch(/^✓ holds 2026-01-02 02:00 1 hold lost 0 .* other setup: 1 broken 2 runs /);
  });
});

describe("a run without a verdict that counts", () => {
  const good = [listed(0), listed(1)];

  test("comes first in its cell if it is the newest, followed by the newest verdict", () => {
    const { worst, text } = onlyCell(good, [uncounted("2026-01-05T02:00:00.000Z")]);
    expect(worst).toBe("inconclusive");
    expect(text).toMatch(
      /^– still running, or killed 2026-01-05 02:00 \(no page\) newest verdict: ✓ holds 2026-01-02 /,
    );
    expect(text).toContain("2 hold, 1 not counted lost 0");
    expect(text).toContain("– still running, or killed no event");
  });

  test("keeps a cell from looking good even if it is older", () => {
    const { worst, text } = onlyCell(good, [uncounted("2025-12-31T02:00:00.000Z", { what: "no readable verdict" })]);
    expect(worst).toBe("inconclusive");
    expect(text).toMatch(/^✓ holds 2026-01-02 02:00 2 hold, 1 not counted /);
  });

  test("is the newest if its start is not known", () => {
    expect(onlyCell(good, [uncounted(null, { what: "cannot be read" })]).text).toMatch(/^– cannot be read odd /);
  });

  test("may be the only one", () => {
    const { worst, text } = onlyCell([], [uncounted("2026-01-05T02:00:00.000Z")]);
    expect(worst).toBe("inconclusive");
    expect(text).toMatch(/^– still running, or killed 2026-01-05 02:00 \(no page\) 1 not counted 1 run /);
  });

  test.each([
    ["running", "still running, or killed"],
    ["failed", "given up"],
    ["interrupted", "interrupted"],
  ] as const)("is one that is %s and has a verdict that says holds", (state, what) => {
    const { worst, text } = onlyCell([...good, listed(2, { lost: 77 }, { state })]);
    expect(worst).toBe("inconclusive");
    expect(text.startsWith(`– ${what} 2026-01-03 02:00 newest verdict: ✓ holds`)).toBe(true);
    expect(text).toMatch(/ 2 hold, 1 not counted lost 0 .* but the run is incomplete/);
  });

  test("is not an incomplete one that was judged as such", () => {
    const { text } = onlyCell([...good, listed(2, { verdict: "inconclusive" }, { state: "interrupted" })]);
    expect(text).toMatch(/^\? inconclusive , interrupted 2026-01-03 02:00 2 hold, 1 inconclusive /);
  });
});

test("a run links to its page, or shows that it has none, with the possible reasons", () => {
  const text = pageOf([listed(0), listed(1, {}, { page: null })]);
  expect([...text.matchAll(/href="([^#"]*)"/g)].map(([, to]) => to)).toEqual(["r0/report.html"]);
  expect(wordsIn(text)).toContain("2026-01-02 02:00 (no page) ✓ holds");
  expect(wordsIn(text)).toContain("No page: the run is still running");
  expect(wordsIn(pageOf([listed(0)]))).not.toMatch(/no page/i);
});

test("what is in no cell is listed first", () => {
  const text = wordsIn(pageOf([listed(0)], [], [{ folder: "results/x", why: "it has no run.json" }]));
  expect(text.indexOf("Left out results/x: it has no run.json")).toBeGreaterThan(0);
  expect(text.indexOf("Left out")).toBeLessThan(text.indexOf("✓ holds"));
});

test("names are escaped, and the page loads and runs nothing", () => {
  const evil = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;
  const run = listed(0, { verdict: "inconclusive" });
  const [check] = run.verdict.checks as [(typeof run.verdict.checks)[number]];
  const verdict = { ...run.verdict, scenario: evil, config: evil, checks: [{ ...check, reason: evil }] };
  const odd = uncounted(null, { name: evil, what: evil, why: evil, page: evil });
  const text = pageOf([{ ...run, name: evil, verdict, page: evil }], [odd], [{ folder: evil, why: evil }]);
  expect(text).not.toMatch(/<(img|script|link|iframe)|https?:|url\(|@import/);
  expect(text.match(/&lt;img src=x onerror=alert\(1\)&gt;/g)?.length).toBeGreaterThan(10);
});

test("fifty scenarios in thirty configurations give a table that scrolls", () => {
  const runs = Array.from({ length: 3000 }, (_, i) => {
    const place = { scenario: `scenario-${i % 50}`, config: `config-${Math.floor(i / 50) % 30}` };
    return listed(i, { lost: i % 7, verdict: i % 1500 === 77 ? "broken" : "holds" }, place);
  });
  const text = pageOf(runs);
  const cells = cellsIn(text);
  expect(cells).toHaveLength(1500);
  expect(cells.filter(({ worst }) => worst === "broken")).toHaveLength(1);
  expect(cells.every(({ text }) => text.includes(" 2 runs "))).toBe(true);
  expect(text.match(/<th scope="row">/g)).toHaveLength(50);
  expect(text.match(/<th scope="col">/g)).toHaveLength(30);
  expect(text.length).toBeLessThan(3e6);
  expect(text).toMatch(/<div class="table" tabindex="0" role="region" aria-label="[^"]+"><table>/);
  expect(text).toMatch(/\.table \{ overflow: auto;/);
});
