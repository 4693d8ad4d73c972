/** Read back by RFC 4180, every cell has the run's value, and no text is a formula. */
import { expect, test } from "vitest";
import { exported, inconclusive, neverBack } from "../testing/fake-exported.ts";
import { csvText } from "./csv.ts";
import type { ExportedRun } from "./exported-run.ts";

/** Each row as an object: column name → cell. */
function parsed(text: string): Record<string, string>[] {
  expect(text.endsWith("\r\n")).toBe(true);
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\r\n") rows.push([]);
  }
  const [head = [], ...body] = rows.slice(0, -1);
  expect(new Set(head).size).toBe(head.length);
  for (const row of body) expect(row).toHaveLength(head.length);
  return body.map((row) => Object.fromEntries(row.map((cell, index) => [head[index], cell])));
}
const rows = (...runs: ExportedRun[]) => parsed(csvText(runs));

test("one row per run, with units, and whether a figure is censored", () => {
  const run = exported("r1", { lost: [10] });
  const [row, censored] = rows(run, neverBack("r2")) as [Record<string, string>, Record<string, string>];
  const { measures } = run.verdict;
  expect(row).toMatchObject({ run: "r1", verdict: "holds", seed: "4711", lost_writes: "1", took_seconds: "12.345" });
  expect(row).toMatchObject({ rto_seconds: String(measures.rto.seconds), rto_censored: "false" });
  expect(row.latency_before_p50_seconds).toBe(String((measures.latency.before.p50 as number) / 1000));
  expect(censored).toMatchObject({ run: "r2", rto_censored: "true", downtime_censored: "true" });
  expect(Number(censored.rto_seconds)).toBeGreaterThan(5);
});

test("a cell is empty if the value is unknown or the run is inconclusive", () => {
  const [row] = rows(inconclusive("r1")) as [Record<string, string>];
  expect(row).toMatchObject({ run: "r1", verdict: "inconclusive", lost_writes: "", rto_seconds: "", rto_censored: "" });
  const alone = rows(exported("r2"))[0];
  expect(alone).toMatchObject({ lost_writes: "0", memory_unfollowed_bytes: "", commit: "" });
});

test.each([
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ['=HYPERLINK("x","y")', `'=HYPERLINK("x","y")`],
  ['a,"b"\r\nc', 'a,"b"\r\nc'],
  ["plain", "plain"],
])("the text %j is read back as %j", (text, read) => {
  const run = exported("r1");
  expect(rows({ ...run, verdict: { ...run.verdict, scenario: text } })[0]?.scenario).toBe(read);
});

test("a negative number stays a number", () => {
  const run = exported("r1");
  const { measures } = run.verdict;
  const share = { ...measures.resources.share, cores: -0.25 };
  const verdict = { ...run.verdict, measures: { ...measures, resources: { ...measures.resources, share } } };
  expect(rows({ ...run, verdict })[0]?.overhead_cores_ratio).toBe("-0.25");
});
