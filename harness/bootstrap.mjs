/**
 * Makes `npm run chaos` and `npm test` work in a fresh clone: installs the packages when they are not there or not those
 * of the lockfile. Among them is Node itself (package `node`), so that the rest may use a newer one than the machine has.
 * Plain JavaScript without imports of ours: it runs on whatever Node is there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../", import.meta.url));
const stamp = `${project}node_modules/.fhirdrill-installed`;
const lock = readFileSync(`${project}package-lock.json`, "utf8");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  process.stderr.write("installing packages\n");
  // Not "npm ci": it refuses a lockfile made where a registry lacks some other platform's optional binaries.
  const npm = process.env.npm_execpath;
  const [program, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  const options = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const done = spawnSync(program, [...args, ...options], {
    cwd: project,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (done.status !== 0) {
    const why = (done.stderr ?? String(done.error)).trim().split("\n").slice(-5).join("\n       ");
    process.stderr.write(
      `error: the packages could not be installed\n  why: ${why}\n   do: check that npm's registry can be reached, and run the command again\n`,
    );
    process.exit(70);
  }
  writeFileSync(stamp, lock);
}
