/**
 * Breaks the judge in every place, one at a time, and shows which mutants its tests do not notice (`docs/mutation.md`).
 * Each file runs against the tests that import it, which takes a third of the time of all tests. Stryker needs 165
 * packages that nothing else needs: they stay out of the lockfile and are installed here at first use.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BROKEN, REPORT, TESTS } from "./stryker.config.mjs";

const PACKAGES = { "@stryker-mutator/core": "10.1.1", "@stryker-mutator/vitest-runner": "10.1.1" };
/** The score that all files together must reach, in percent. Below it the command ends with an error. */
const WANTED = 97;

const project = fileURLToPath(new URL("../../", import.meta.url));
const home = `${project}.cache/mutation/`;
const modules = `${home}node_modules/`;
const wanted = JSON.stringify({ private: true, dependencies: PACKAGES });
const stamp = `${modules}.fhirdrill-installed`;

interface Place {
  line: number;
  column: number;
}
interface Break {
  mutatorName: string;
  replacement?: string;
  status: string;
  location: { start: Place };
}

function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): number {
  return spawnSync(program, args, { cwd, stdio: "inherit", env: { ...process.env, ...env } }).status ?? 70;
}

function fail(what: string, why: string, todo: string): never {
  process.stderr.write(`error: ${what}\n  why: ${why}\n   do: ${todo}\n`);
  process.exit(70);
}

function install(): void {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write(`installing Stryker into ${home}\n`);
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}package.json`, wanted);
  // Without peer dependencies: the vitest that Stryker drives is the project's own.
  const options = ["install", "--legacy-peer-deps", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  if (run("npm", options, home) !== 0)
    fail(
      "Stryker could not be installed",
      "npm says it above",
      "check that npm's registry can be reached, and try again",
    );
  rmSync(`${modules}vitest`, { force: true, recursive: true });
  symlinkSync(`${project}node_modules/vitest`, `${modules}vitest`);
  writeFileSync(stamp, wanted);
}

/** The result of each mutant in the file. */
function breaksOf(file: string): Break[] {
  const report = `${project}${REPORT}`;
  rmSync(report, { force: true });
  const args = [`${modules}@stryker-mutator/core/bin/stryker.js`, "run", "test/mutation/stryker.config.mjs"];
  run(process.execPath, [...args, "--mutate", file], project, { FACED_BY: facing(file).join(",") });
  if (!existsSync(report)) fail(`${file} was not broken`, "Stryker says it above", "mend that, and try again");
  return JSON.parse(readFileSync(report, "utf8")).files[file]?.mutants.filter(counts) ?? [];
}

const isMissed = ({ status }: Break) => status === "Survived" || status === "NoCoverage";
const counts = ({ status }: Break) => status !== "Ignored" && status !== "CompileError" && status !== "RuntimeError";
const tests = globSync(TESTS, { cwd: project }).toSorted();
const sources = globSync(BROKEN, { cwd: project }).filter((path) => !/\.test\.ts$|\/testing\//.test(path));

/** By path: several files have the same name. */
const importing = (file: string, paths: readonly string[]) =>
  paths.filter((path) =>
    [...readFileSync(`${project}${path}`, "utf8").matchAll(/ from "(\.[^"]+)"/g)].some(
      ([, imported]) => join(dirname(path), imported as string) === file,
    ),
  );

/** The test of its name and the tests that import it; if there are none, those of the files that import it. */
function facing(file: string): string[] {
  const named = tests.filter((path) => path === file.replace(/\.ts$/, ".test.ts"));
  const own = [...new Set([...named, ...importing(file, tests)])];
  if (own.length > 0) return own;
  return [...new Set(importing(file, sources).flatMap(facing))];
}

install();
const asked = process.argv.slice(2).filter((word) => word !== "--mutate");
const files = asked.length > 0 ? asked.flatMap((word) => word.split(",")) : sources;
const rows: [score: number, row: string][] = [];
const all = { noticed: 0, breaks: 0 };
for (const file of files.toSorted()) {
  const breaks = breaksOf(file);
  if (breaks.length === 0) continue;
  const missed = breaks.filter(isMissed);
  all.breaks += breaks.length;
  all.noticed += breaks.length - missed.length;
  const score = (100 * (breaks.length - missed.length)) / breaks.length;
  rows.push([score, `| ${basename(file)} | ${score.toFixed(1)} % | ${breaks.length} |`]);
  for (const one of missed)
    process.stdout.write(
      `missed ${file}:${one.location.start.line}:${one.location.start.column} ${one.mutatorName}: ${one.replacement ?? ""}\n`,
    );
}
const sorted = rows.toSorted(([a], [b]) => b - a);
process.stdout.write(`\n${sorted.map(([, row]) => row).join("\n")}\n`);
const score = (100 * all.noticed) / all.breaks;
process.stdout.write(`\nall together: ${score.toFixed(1)} % of ${all.breaks}\n`);
process.exit(score < WANTED ? 1 : 0);
