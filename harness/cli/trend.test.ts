/** `trend`, by the command, on fake runs. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXIT } from "../model/program/failure.ts";
import { captured, stored } from "./testing/fake-store.ts";
import { trendCommand } from "./trend.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-trend-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const trend = (options = {}) => captured(() => trendCommand([root], options));
type Json = Record<string, unknown>;
const edit = (path: string, file: string, change: (value: Json) => object) =>
  writeFileSync(join(path, file), JSON.stringify(change(JSON.parse(readFileSync(join(path, file), "utf8")))));

/** Copies of one judged run, one per night, each with its time until writes resumed. */
function nights(resumedAfter: (night: number) => number, count: number, config = "async"): string[] {
  const first = stored(root, ["loss-of-a-region-by-a-long-name", config, "n00"]);
  return Array.from({ length: count }, (_, night) => {
    const id = `n${String(night).padStart(2, "0")}`;
    const path = join(first, "..", id);
    if (night > 0) cpSync(first, path, { recursive: true });
    const startedAt = new Date(Date.UTC(2026, 0, 1 + night, 2)).toISOString();
    edit(path, "run.json", (run) => ({ ...run, id, startedAt }));
    edit(path, "verdict.json", (verdict) => {
      const measures = verdict.measures as Record<string, Json>;
      return { ...verdict, run: id, measures: { ...measures, rto: { ...measures.rto, seconds: resumedAfter(night) } } };
    });
    return path;
  });
}
const halved = (night: number) => (night < 10 ? 4 : 2) + ((night * 7) % 11) / 20;

test("each course has its current figures, since when, and those before, in 80 columns", async () => {
  nights(halved, 20);
  nights(() => 3, 3, "sync");
  const { code, out, err } = await trend();
  expect([code, err]).toEqual([0, ""]);
  const text = out.replace(/\n {4}/g, " ");
  expect(text).toMatch(
    /^loss-of-a-region-by-a-long-name × async {2}20 runs {2}lost 0; RTO 2\.\d\d s, since 2026-01-11 \(was 4\.\d\d s\); downtime 3\.05 s;/,
  );
  expect(text).toMatch(/\n\S+ × sync {2}3 runs {2}.*RTO 3 s;.*; too few runs to detect a change\n/);
  expect(out.split("\n").filter((line) => line.length > 80 || /^ *s\b/.test(line))).toEqual([]);
});

test("as JSON, and as a page beside it", async () => {
  nights(halved, 20);
  const html = join(root, "trend.html");
  const { code, out } = await trend({ json: true, html });
  expect(code).toBe(0);
  const { courses, leftOut } = JSON.parse(out);
  expect([courses.length, leftOut]).toEqual([1, []]);
  expect(courses[0].figures[1]).toMatchObject({ figure: "RTO", n: 20, stretches: [{ from: 0 }, { from: 10 }] });
  const page = readFileSync(html, "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toMatch(/<\/html>\n$/);
});

test("an inconclusive run is counted, but not its figures", async () => {
  nights(() => 2, 2);
  stored(root, ["loss-of-a-region-by-a-long-name", "async", "n99"], { lost: [10] }, () => ({ audit: [] }));
  const { out } = await trend();
  expect(out.replace(/\n {4}/g, " ")).toMatch(/ 3 runs {2}lost 0; RTO 2 s; .*; 1 inconclusive; too few/);
});

test("runs of other schemas, truncated ones and copies are reported and left out, and the rest is shown", async () => {
  const [good, old, torn] = nights(() => 2, 3) as [string, string, string];
  edit(old, "verdict.json", (verdict) => ({ ...verdict, schema: "fhirdrill.verdict/0" }));
  writeFileSync(join(torn, "run.json"), "{");
  cpSync(good, join(root, "copy"), { recursive: true });
  const { code, out, err } = await trend();
  expect(code).toBe(EXIT.inconclusive);
  expect(out).toMatch(/ 1 run {2}lost 0; /);
  expect(err).toMatch(/is of fhirdrill\.verdict\/0[\s\S]*is not JSON/);
  expect(err.match(/^left out: /gm)).toHaveLength(3);
});

test("without a readable run there is no page, and without any run a usage error", async () => {
  const [path] = nights(() => 2, 1) as [string];
  rmSync(join(path, "verdict.json"));
  const html = join(root, "trend.html");
  expect(await trend({ html })).toMatchObject({ code: EXIT.inconclusive, out: "" });
  expect(existsSync(html)).toBe(false);
  rmSync(path, { recursive: true });
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const env = { ...process.env, FHIRDRILL_RESULTS: root };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "trend"], { env, encoding: "utf8" });
  expect([status, stdout]).toEqual([EXIT.usage, ""]);
  expect(stderr).toMatch(/^error: there is no run in /);
});
