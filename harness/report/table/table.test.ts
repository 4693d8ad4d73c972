/** Which runs share a row, which count, and the text of a row. */
import { describe, expect, test } from "vitest";
import { CONFIGS } from "../../../scenarios/configs.ts";
import { regionLoss } from "../../../scenarios/region-loss.ts";
import type { Config } from "../../model/plan/config.ts";
import { UNMEASURED } from "../../model/verdict/unmeasured.ts";
import { NO_RTO, type VerdictWord } from "../../model/verdict/verdict.ts";
import { type Row, type TabledRun, tableOf } from "./table.ts";
import { tableMarkdown, tableText } from "./text.ts";

interface Figures {
  lost?: number | null;
  stranded?: number | null;
  rto?: number | null;
  beyond?: number;
  downtime?: number | null;
  /** The outage had not ended when the load did: with an inconclusive word, that is the reason. */
  endless?: boolean;
}

const inconclusive = (name: string) => {
  const verdict = "inconclusive" as const;
  return { name, verdict, reason: "k6 was killed", evidence: [] };
};
const [async_] = CONFIGS as [Config];
let count = 0;

/** `beyond`: the lower bound of an RTO whose end was not observed. */
function run(
  word: VerdictWord,
  { lost = 0, stranded = 0, rto = 2, beyond, downtime = 2, endless = false }: Figures = {},
  change: Partial<TabledRun["run"]> = {},
): TabledRun {
  count += 1;
  const what = { scenario: regionLoss, config: async_, images: [], startedAt: "2026-11-25T23:59:59.999Z", ...change };
  const unproven = endless ? ["rto", "downtime", "availability"] : ["worth-judging"];
  const checks = word === "inconclusive" ? unproven.map((name) => inconclusive(name)) : [];
  return {
    name: `run ${count}`,
    run: what,
    verdict: {
      schema: "fhirdrill.verdict/1",
      run: `run ${count}`,
      scenario: what.scenario.name,
      config: what.config.name,
      verdict: word,
      checks,
      measures: {
        lost: { count: lost, ids: [], oldestAckMs: null, tail: null, holes: null },
        stranded: { count: stranded, ids: [] },
        rto: beyond === undefined ? { ...NO_RTO, seconds: rto } : { ...NO_RTO, censoredAtSeconds: beyond },
        downtime: { seconds: downtime, censored: endless, intervals: [] },
        ...{ readAvailability: UNMEASURED.readAvailability, vaultReturn: UNMEASURED.vaultReturn, clientNetworks: [] },
        redundancy: { seconds: null, censoredAtSeconds: null },
      },
    },
  };
}
const many = (values: number[]) => values.map((lost) => run("holds", { lost }));
const onlyRow = (runs: TabledRun[]): Row => {
  const rows = tableOf(runs);
  expect(rows).toHaveLength(1);
  return rows[0] as Row;
};

describe("a row", () => {
  test("counts verdicts, and has the median of what was measured", () => {
    const row = onlyRow([run("holds", { lost: 4 }), run("broken", { lost: 10 }), run("holds", { lost: 6 })]);
    expect([row.runs, row.words]).toEqual([3, { holds: 2, broken: 1, inconclusive: 0 }]);
    expect(row.figures.lost).toMatchObject({ n: 3, median: { value: 6 }, low: { value: 4 }, high: { value: 10 } });
  });

  test("names inconclusive runs with their reason, and uses none of their figures", () => {
    const bad = run("inconclusive", { lost: 1000 });
    const row = onlyRow([...many([1, 3]), bad]);
    expect(row.figures.lost).toMatchObject({ n: 2, median: { value: 2 }, high: { value: 3 } });
    expect(row.inconclusive).toEqual([{ name: bad.name, reason: "worth-judging: k6 was killed" }]);
  });

  test("counts an outage without an observed end, so that the median is not that of the good runs", () => {
    const endless = run("inconclusive", { beyond: 40, downtime: 41, endless: true });
    const row = onlyRow([run("holds", { rto: 2 }), endless, run("holds", { rto: 3 })]);
    expect(row.figures.rto).toMatchObject({ n: 3, median: { value: 3 }, high: { value: 40, censored: true } });
    expect(row.figures.downtime).toMatchObject({ n: 3, high: { value: 41, censored: true } });
    expect(row.words).toEqual({ holds: 2, broken: 0, inconclusive: 1 });
    expect(row.inconclusive).toHaveLength(1);
  });

  test("counts a run whose reads had not come back, for the same reason", () => {
    const endless = run("inconclusive", { rto: 9, downtime: 9 });
    endless.verdict.checks = [inconclusive("read-availability")];
    expect(onlyRow([run("holds"), endless]).figures.rto).toMatchObject({ n: 1 });
    endless.verdict.measures.readAvailability = { ...UNMEASURED.readAvailability, censored: true };
    expect(onlyRow([run("holds"), endless]).figures.rto).toMatchObject({ n: 2, high: { value: 9 } });
  });

  test("counts a run whose vault was back, but not yet what depends on it", () => {
    for (const open of [{ writesCensoredAtSeconds: 8 }, { clientsCensoredAtSeconds: 8 }]) {
      const endless = run("inconclusive", { rto: 9 });
      endless.verdict.checks = [inconclusive("vault-return")];
      expect(onlyRow([run("holds"), endless]).figures.rto).toMatchObject({ n: 1 });
      endless.verdict.measures.vaultReturn = { ...UNMEASURED.vaultReturn, ...open };
      expect(onlyRow([run("holds"), endless]).figures.rto).toMatchObject({ n: 2, high: { value: 9 } });
    }
  });

  test("counts a run in which clients of a network that was not lost could not write again", () => {
    const [answeredBy, attempted, acknowledged, notFound] = [{ a: 0, b: 0 }, 9, 0, 0];
    const lost = { side: "b", lost: false, attempted, acknowledged, notFound, answeredBy } as const;
    const network = { ...lost, downtimeSeconds: 9, censored: false, rtoSeconds: null, rtoCensoredAtSeconds: null };
    const rtoOf = (change: Partial<typeof network> | { lost: boolean; censored: boolean }) => {
      const endless = run("inconclusive", { rto: 9 });
      endless.verdict.checks = [inconclusive("client-networks")];
      endless.verdict.measures.clientNetworks = [{ ...network, ...change }];
      return onlyRow([run("holds"), endless]).figures.rto?.n;
    };
    expect(rtoOf({})).toBe(1);
    expect(rtoOf({ lost: false, censored: true })).toBe(2);
    expect(rtoOf({ lost: true, censored: true })).toBe(1);
  });

  test("counts no figure of a run without an observed end if anything else is unknown, too", () => {
    const endless = run("inconclusive", { beyond: 40, endless: true });
    endless.verdict.checks.push(inconclusive("machine"));
    expect(onlyRow([run("holds"), endless]).figures.rto).toMatchObject({ n: 1, high: { value: 2 } });
  });

  test("does not count an unknown value as 0", () => {
    const row = onlyRow([run("broken", { lost: null, rto: null }), run("holds", { lost: 8, rto: null })]);
    expect(row.figures.lost).toMatchObject({ n: 1, median: { value: 8 } });
    expect(row.figures.rto).toBeNull();
  });

  test("counts as gone what is lost and not stranded, only if both are known", () => {
    const row = onlyRow([
      run("holds", { lost: 8, stranded: 8 }),
      run("holds", { lost: 9, stranded: 2 }),
      run("broken", { lost: 5, stranded: null }),
      run("broken", { lost: null, stranded: 0 }),
      run("holds", { lost: 0, stranded: null }),
    ]);
    expect(row.figures.gone).toMatchObject({ n: 3, low: { value: 0 }, median: { value: 0 }, high: { value: 7 } });
  });

  test("has the first and the last day of its runs", () => {
    const days = ["2026-11-26T00:00:00.000Z", "2026-11-28T21:00:00.000Z", "2026-11-25T10:00:00.000Z"];
    const row = onlyRow(days.map((startedAt) => run("inconclusive", {}, { startedAt })));
    expect(row.made).toEqual({ from: "2026-11-25", to: "2026-11-28" });
  });

  test("keeps a recovery without an observed end as a lower bound", () => {
    const row = onlyRow([run("holds", { rto: 2 }), run("broken", { beyond: 30 }), run("broken", { beyond: 31 })]);
    expect(row.figures.rto).toMatchObject({
      median: { value: 30, censored: true },
      high: { value: 31, censored: true },
    });
  });
});

describe("runs of one name are in different rows", () => {
  test.each([
    ["with another load", { scenario: { ...regionLoss, load: { ...regionLoss.load, ratePerSecond: 10 } } }],
    ["from another beginning", { scenario: { ...regionLoss, start: { replicated: false, resources: 0 } } }],
    ["with other objectives", { config: { ...async_, objectives: { ...async_.objectives, rtoSeconds: 1 } } }],
    [
      "with other images",
      { images: [{ part: "postgres", name: "postgres:16.9", id: "1", origin: "pulled" as const }] },
    ],
  ])("%s, with a note in the text", (_name, change) => {
    const rows = tableOf([run("holds"), run("holds", {}, change)]);
    expect(rows).toHaveLength(2);
    expect(tableText(rows)).toContain("Rows of one name differ in ");
  });

  test("but not with another description", () => {
    onlyRow([run("holds"), run("holds", {}, { scenario: { ...regionLoss, asks: "What?" } })]);
  });

  test("nor with other tools of our own, which do not belong to the system under drill", () => {
    const images = [{ part: "tools", name: "fhirdrill/tools:1", id: "1", origin: "built" as const }];
    onlyRow([run("holds"), run("holds", {}, { images })]);
  });
});

describe("the text", () => {
  const rows = () =>
    tableOf([
      ...many([9, 1, 2, 8, 3, 7]),
      run("broken", { lost: 5, beyond: 999.94, downtime: 1234.5 }),
      run("inconclusive"),
      run("holds", { lost: 3 }, { config: { ...async_, name: "sync" } }),
      run("broken", { lost: null, rto: 12.34 }, { config: { ...async_, name: "sync" } }),
    ]);

  test("has one block per scenario, one row per configuration, and fits 80 columns", () => {
    const lines = tableText(rows()).split("\n");
    expect(lines.slice(0, 10)).toEqual([
      "region-loss",
      "    runs                           lost             RTO, s        downtime, s",
      "  async",
      "    6 hold                            5                  2                  2",
      "    1 broken                     [1, 9]       [2, > 999.9]          [2, 1235]",
      "    1 inconclusive",
      "  sync",
      "    1 hold                            3               7.17                  2",
      "    1 broken                     (of 1)           2 … 12.3",
      "",
    ]);
    expect(lines.slice(-3)).toEqual([
      "Inconclusive:",
      expect.stringMatching(/^- run \d+$/),
      "  worth-judging: k6 was killed",
    ]);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("is a Markdown table as well", () => {
    const lines = tableMarkdown(rows()).split("\n");
    expect(lines.slice(0, 5)).toEqual([
      "| scenario | configuration | runs | made | lost | gone | RTO, s | downtime, s |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
      "| region-loss | async | 6 hold, 1 broken, 1 inconclusive | 2026-11-25 | 5 [1, 9] | 5 [1, 9] | 2 [2, > 999.9] | 2 [2, 1235] |",
      "| region-loss | sync | 1 hold, 1 broken | 2026-11-25 | 3 (of 1) | 3 (of 1) | 7.17 (2 … 12.3) | 2 |",
      "",
    ]);
  });

  test("has the requested columns in Markdown, and explains no others", () => {
    const later = run("holds", {}, { startedAt: "2026-11-28T10:00:00.000Z" });
    const text = tableMarkdown(tableOf([run("holds"), later]), ["made", "lost"]);
    expect(text.split("\n").slice(0, 3)).toEqual([
      "| scenario | configuration | runs | made | lost |",
      "| --- | --- | --- | --- | --- |",
      "| region-loss | async | 2 hold | 2026-11-25 … 2026-11-28 | 0 |",
    ]);
    expect(text).not.toContain("gone");
  });
});
