/**
 * Breaks the judge in every place, one at a time, and shows which breaks its tests do not notice (`docs/mutation.md`).
 * Stryker, which does it, brings 165 packages that nothing else needs: they stay out of the lockfile, and are installed
 * here at first use.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PACKAGES = { "@stryker-mutator/core": "10.1.1", "@stryker-mutator/vitest-runner": "10.1.1" };

const project = fileURLToPath(new URL("../../", import.meta.url));
const home = `${project}.cache/mutation/`;
const modules = `${home}node_modules/`;
const wanted = JSON.stringify({ private: true, dependencies: PACKAGES });
const stamp = `${modules}.fhirdrill-installed`;

function run(program: string, args: readonly string[], cwd: string): number {
  return spawnSync(program, args, { cwd, stdio: "inherit" }).status ?? 70;
}

function install(): void {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write(`installing Stryker into ${home}\n`);
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}package.json`, wanted);
  // Without peers: the vitest it drives is the project's own.
  const options = ["install", "--legacy-peer-deps", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  if (run("npm", options, home) !== 0) {
    process.stderr.write(
      "error: Stryker could not be installed\n  why: npm says it above\n   do: check that npm's registry can be reached, and run the command again\n",
    );
    process.exit(70);
  }
  rmSync(`${modules}vitest`, { force: true, recursive: true });
  symlinkSync(`${project}node_modules/vitest`, `${modules}vitest`);
  writeFileSync(stamp, wanted);
}

install();
const stryker = `${modules}@stryker-mutator/core/bin/stryker.js`;
const config = "test/mutation/stryker.config.mjs";
process.exit(run(process.execPath, [stryker, "run", config, ...process.argv.slice(2)], project));
