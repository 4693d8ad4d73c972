/** Text in records and settings has no effect on the terminal that shows it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../results/sample", import.meta.url));
/** Clears the screen, rings the bell, colours, overwrites the line, and reverses the writing direction. */
const EVIL = "\x1b[2J\x07\x1b[31m\r\u202e\x9b2J";
const SEEN = "\\u001b[2J\\u0007\\u001b[31m\\u000d\\u202e\\u009b2J";
const HARMFUL = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "fhirdrill-evil-")));
  for (const name of ["one", "two"]) cpSync(SAMPLE, join(folder, name, EVIL), { recursive: true });
  for (const name of ["run.json", "verdict.json"]) edit(join(folder, "one", EVIL, name));
  writeFileSync(join(folder, "two", EVIL, "verdict.json"), "{");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every text that a user or a server can choose. */
function edit(path: string): void {
  const value = JSON.parse(readFileSync(path, "utf8"), (key, text) => {
    const free = ["id", "run", "reason", "command", "is", "asks", "goodAnswer", "config", "commit"].includes(key);
    return free && typeof text === "string" ? `${text}${EVIL}` : text;
  });
  for (const check of value.checks ?? []) check.evidence = [EVIL];
  writeFileSync(path, JSON.stringify(value));
}

function fhirdrill(...args: string[]): string {
  const env = { ...process.env, FORCE_COLOR: "0" };
  const { stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, env, encoding: "utf8" });
  // JSON has a shorter escape for this one.
  return (stdout + stderr).replaceAll("\\r", "\\u000d");
}

test.each([
  ["check", "one"],
  ["check", "."],
  ["check", "one", "--json"],
  ["table", "."],
  ["table", ".", "--json"],
  ["table", ".", "--markdown"],
  ["compare", "one", "two"],
  ["trend", "."],
  ["report", "one", "--output", `page${EVIL}.html`],
  ["run", EVIL],
  ["plan", `--${EVIL}`],
  ["list", EVIL],
])("%j %j %j", (...args) => {
  const text = fhirdrill(...args.filter((arg) => arg !== undefined));
  expect(text).not.toMatch(HARMFUL);
  expect(text).toContain(SEEN);
});

test("listed settings", () => {
  const { name: _, ...config } = JSON.parse(readFileSync(join(SAMPLE, "run.json"), "utf8")).config;
  const own = { ...config, name: "own", is: EVIL };
  writeFileSync(join(folder, "fhirdrill.config.mjs"), `export default ${JSON.stringify({ configs: [own] })};`);
  const text = fhirdrill("list", "configs");
  expect(text).not.toMatch(HARMFUL);
  expect(text).toContain(SEEN);
  rmSync(join(folder, "fhirdrill.config.mjs"));
});

test("machine-readable output is unchanged", () => {
  expect(fhirdrill("export", "csv", "one")).toContain(EVIL);
});
