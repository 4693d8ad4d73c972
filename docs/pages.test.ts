/**
 * Follows the pages that say how to add something literally: all their code is written into one copy of this project,
 * which must still pass its checks.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const PAGES = ["add-a-scenario.md", "add-a-fault.md", "add-a-checker.md", "add-a-system.md"];
const COPIED = [
  ...["docs", "examples", "harness", "scenarios", "test", "bench", "docker"],
  ...["package.json", "tsconfig.json", "biome.json", "vitest.config.ts"],
];
/** The golden runs in the copy: only a few, because updating them takes time. */
const KEPT = ["region-loss", "edge-loss", "follower-loss"];
/** A path in backticks, a colon, and a code block; in a list both are indented. */
const STEP = /^( *)`([^`\n]+)`:\n\n\1```(ts|diff)\n([\s\S]*?)\n\1```$/gm;

interface Step {
  path: string;
  kind: string;
  code: string;
}

function stepsOf(page: string): Step[] {
  const text = readFileSync(join(PROJECT, "docs", page), "utf8");
  return [...text.matchAll(STEP)].map(([, indent = "", path = "", kind = "", code = ""]) => {
    const lines = code.split("\n").map((line) => line.slice(indent.length));
    return { path, kind, code: lines.join("\n") };
  });
}

const STEPS = PAGES.flatMap(stepsOf);

/** Applies a diff: its unchanged lines must occur exactly once in the text. */
function applied(text: string, { path, code }: Step): string {
  const lines = code.split("\n");
  const body = (mark: string) => lines.filter((line) => !line.startsWith(mark)).map((line) => line.slice(1));
  const [before, after] = [body("+").join("\n"), body("-").join("\n")];
  if (text.split(before).length !== 2) throw new Error(`${path} does not have these lines once:\n${before}`);
  return text.replace(before, () => after);
}

const copy = mkdtempSync(join(tmpdir(), "fhirdrill-docs-"));
afterAll(() => rmSync(copy, { recursive: true }));

function run(...command: string[]): string {
  // Without these variables, the inner test runner does not take itself for a worker of the outer one.
  const { VITEST, VITEST_WORKER_ID, VITEST_POOL_ID, ...ours } = process.env;
  const env = { ...ours, FHIRDRILL_PROPERTY_RUNS: "1" };
  try {
    return execFileSync(process.execPath, command, { cwd: copy, env, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(stripVTControlCharacters(`${command.join(" ")}\n${stdout}${stderr}`));
  }
}

beforeAll(() => {
  for (const name of COPIED) cpSync(join(PROJECT, name), join(copy, name), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(copy, "node_modules"));
  for (const path of globSync(join(copy, "test/golden/*.br")))
    if (!KEPT.includes(basename(path, ".json.br"))) rmSync(path);
  for (const step of STEPS) {
    const path = join(copy, step.path);
    writeFileSync(path, step.kind === "ts" ? `${step.code}\n` : applied(readFileSync(path, "utf8"), step));
  }
}, 60_000);

test("every code block is tested", () => {
  for (const page of PAGES) {
    const text = readFileSync(join(PROJECT, "docs", page), "utf8");
    expect(stepsOf(page).length).toBe([...text.matchAll(/^ *```(ts|diff)$/gm)].length);
    expect(stepsOf(page).length).toBeGreaterThan(1);
  }
});

describe("with everything that the pages add", () => {
  test("types and style are correct", () => {
    run("node_modules/typescript/bin/tsc", "--noEmit");
    run("node_modules/@biomejs/biome/bin/biome", "check", ...new Set(STEPS.map(({ path }) => path)));
  });

  test("the scenarios are listed", () => {
    const list = run("harness/cli/main.ts", "list", "scenarios");
    expect(list).toContain("  replication-blip  (scenarios/index.ts)\n");
    expect(list).toContain("  region-loss-in-transactions  (fhirdrill.config.ts)\n");
  });

  test("their tests pass, once the definitions and the golden runs are updated", () => {
    run("docs/write.ts");
    run("test/golden/keep.ts");
    const files = STEPS.map(({ path }) => path).filter((path) => path.endsWith(".test.ts"));
    const others = ["scenarios/index", "docs/definitions", "test/golden/golden"];
    run("node_modules/vitest/vitest.mjs", "run", "--project", "unit", ...files, ...others);
  });
});
