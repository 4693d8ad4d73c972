/** `export`, by the command, on fake runs. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXIT } from "../model/program/failure.ts";
import { FORMATS, type Format } from "./choices.ts";
import { exportCommand, readExported } from "./export.ts";
import { captured, stored } from "./testing/fake-store.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-export-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (id: string, lost: number[] = []) => stored(root, ["loss", "async", id], { lost });
const exported = (format: Format, options = {}) => captured(() => exportCommand(format, [root], options));
const edit = (path: string, file: string, change: (value: Record<string, unknown>) => object) =>
  writeFileSync(join(path, file), JSON.stringify(change(JSON.parse(readFileSync(join(path, file), "utf8")))));

test.each(FORMATS)("%s: all runs, in order of time, and nothing else on stdout", async (format) => {
  edit(run("late"), "run.json", (run) => ({ ...run, startedAt: "2026-01-03T00:00:00.000Z" }));
  run("early");
  const { code, out, err } = await exported(format);
  expect([code, err]).toEqual([0, ""]);
  expect(out.indexOf("early")).toBeGreaterThan(0);
  expect(out.lastIndexOf("late")).toBeGreaterThan(out.lastIndexOf("early"));
});

test("the duration of a run is the time of its last event, if that can be read", () => {
  const [whole, torn, bare] = ["r1", "r2", "r3"].map((id) => run(id)) as [string, string, string];
  const events = readFileSync(join(whole, "events.ndjson"), "utf8");
  const last = JSON.parse(events.trimEnd().split("\n").at(-1) as string);
  writeFileSync(join(torn, "events.ndjson"), events.slice(0, -5));
  rmSync(join(bare, "events.ndjson"));
  const { runs } = readExported([whole, torn, bare]);
  expect(last.atMs).toBeGreaterThan(10_000);
  expect(runs.map(({ tookMs }) => tookMs)).toEqual([last.atMs, null, null]);
});

test("unreadable runs and copies are reported and left out, and the rest is exported", async () => {
  const good = run("good");
  edit(run("old"), "verdict.json", (verdict) => ({ ...verdict, schema: "fhirdrill.verdict/0" }));
  writeFileSync(join(run("torn"), "run.json"), "{");
  edit(run("never"), "run.json", (run) => ({ ...run, startedAt: "yesterday" }));
  cpSync(good, join(root, "loss/async/zz-copy"), { recursive: true });
  const { code, out, err } = await exported("csv");
  expect(code).toBe(EXIT.inconclusive);
  expect(out.split("\r\n").map((line) => line.slice(0, 5))).toEqual(["run,s", "good,", ""]);
  expect(err).toContain("its verdict.json is of fhirdrill.verdict/0, not of fhirdrill.verdict/1\n");
  expect(err).toMatch(/its run\.json is not JSON: /);
  expect(err).toContain(
    "its run.json is damaged or of another version: startedAt: it must be a time, such as 2026-11-24T21:00:00.000Z\n",
  );
  expect(err).toContain(`zz-copy\n  why: it is the same run as ${relative(process.cwd(), good)}\n`);
  expect(err.match(/^left out: /gm)).toHaveLength(4);
});

test("a file is written whole, and not at all if there is nothing to export", async () => {
  const output = join(root, "out.xml");
  const path = run("r1");
  expect(await exported("junit", { output })).toEqual({ code: 0, out: "", err: "" });
  expect(readFileSync(output, "utf8")).toBe((await exported("junit")).out);
  rmSync(output);
  rmSync(join(path, "verdict.json"));
  const { code, out } = await exported("junit", { output });
  expect([code, out, existsSync(output)]).toEqual([EXIT.inconclusive, "", false]);
});

test("an unwritable file is an error of three lines, and leaves nothing behind", () => {
  run("r1");
  const { code, out, err } = fhirdrill("export", "csv", "--output", join(root, "nowhere/out.csv"));
  expect([code, out]).toEqual([EXIT.usage, ""]);
  expect(err).toMatch(/^error: the export cannot be written to .*out\.csv\n {2}why: there is no folder .*\n {3}do: /);
  expect(readdirSync(root)).toEqual(["loss"]);
});

test("no run and an unknown format are usage errors", () => {
  const none = fhirdrill("export", "junit");
  expect([none.code, none.out]).toEqual([EXIT.usage, ""]);
  expect(none.err).toMatch(/^error: there is no run in /);
  const format = fhirdrill("export", "pdf");
  expect(format.code).toBe(EXIT.usage);
  expect(format.err).toContain("Allowed choices are junit, openmetrics, csv, ndjson.");
});

function fhirdrill(...args: string[]): { code: number | null; out: string; err: string } {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const env = { ...process.env, FHIRDRILL_RESULTS: root };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}
