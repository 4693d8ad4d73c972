/**
 * Makes `npm run chaos` and `npm test` work in a fresh clone: installs the packages when they are not there or not those
 * of the lockfile. Among them is Node itself (package `node`), so that the rest may use a newer one than the machine has.
 * Plain JavaScript without imports of ours: it runs on whatever Node is there.
 *
 * What the user has set for npm need not suit: development packages are needed by tests, and `engine-strict` asks the
 * machine's Node about packages that run on ours. An installation counts when what is needed is there, not when npm ends.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../", import.meta.url));
const modules = `${project}node_modules`;
const stamp = `${modules}/.fhirdrill-installed`;
const lock = readFileSync(`${project}package-lock.json`, "utf8");

const OVER_THE_USERS = ["--include=dev", "--engine-strict=false", "--package-lock", "--bin-links", "--global=false"];
const ASK_THE_REGISTRY = "check that npm's registry can be reached, and run the command again";
const SILENT = ["--no-audit", "--no-fund", "--loglevel=error"];

if (process.platform === "win32")
  fail(
    "the commands are written for a shell that Windows does not have",
    "use WSL 2: https://learn.microsoft.com/windows/wsl",
  );

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock || missing().length > 0) {
  process.stderr.write("installing packages\n");
  written(() => rmSync(stamp, { force: true }));
  // Not "npm ci": it refuses a lockfile made where a registry lacks some other platform's optional binaries.
  npm(["install", "--no-save", ...OVER_THE_USERS, ...SILENT]);
  if (!existsSync(`${modules}/.bin/node`)) placeNode();
  const lacking = [...missing(), ...(missing().length === 0 ? notRunning() : [])];
  if (lacking.length > 0)
    fail(
      `npm has left out ${lacking.join(", ")}`,
      onMusl()
        ? "use a machine or an image with glibc, such as Debian: Node's package has no program for musl (Alpine)"
        : "look for what leaves it out (npm config list), and run the command again",
    );
  written(() => writeFileSync(stamp, lock));
}

/** Whoever runs this may be pnpm or bun, which would not install by npm's lockfile. */
function npm(args) {
  const runner = process.env.npm_execpath ?? "";
  const [program, first] = /npm-cli\.c?js$/.test(runner) ? [process.execPath, [runner]] : ["npm", []];
  const done = run(program, [...first, ...args], project);
  if (done.error?.code === "ENOENT") fail("there is no npm on the path", "install Node 20 or newer with its npm");
  if (done.status === 0) return;
  const why = complaintOf(done.stderr) ?? String(done.error ?? done.signal);
  fail(why, todoFor(why));
}

function written(work) {
  try {
    work();
  } catch (error) {
    fail(String(error), todoFor(String(error)));
  }
}

/** Most often it is the registry; these are not. */
function todoFor(why) {
  if (/\bENOSPC\b|no space left/i.test(why)) return "free some space, and run the command again";
  if (/\b(EACCES|EPERM|EROFS)\b/.test(why)) return `make ${project} writable for you, and run the command again`;
  return ASK_THE_REGISTRY;
}

function run(program, args, cwd) {
  return spawnSync(program, args, { cwd, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
}

/** Where the user forbids packages their scripts (`ignore-scripts`), Node's, which puts it in its place, is run by itself. */
function placeNode() {
  const cwd = `${modules}/node`;
  if (!existsSync(cwd)) return;
  const done = run(process.execPath, ["installArchSpecificPackage.js"], cwd);
  if (done.status !== 0) fail(complaintOf(done.stderr) ?? "Node's own package failed", ASK_THE_REGISTRY);
  const link = `${modules}/.bin/node`;
  if (existsSync(link)) return;
  written(() => {
    rmSync(link, { force: true });
    symlinkSync("../node/bin/node", link);
  });
}

/**
 * npm's first complaint is the cause; those before it only number it, those after it say where its log is. Where a package's own
 * script failed, npm says first that it did, and then what the script said.
 */
function complaintOf(stderr) {
  const lines = (stderr ?? "").split("\n").map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim());
  return lines.find((line) => line !== "" && !/^(code|errno|syscall|path|command|A complete log)\b/.test(line));
}

function missing() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${project}package.json`, "utf8"));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  const absent = names.filter((name) => !existsSync(`${modules}/${name}/package.json`));
  return existsSync(`${modules}/.bin/node`) ? absent : [...absent, "node's program"];
}

function notRunning() {
  const { status } = spawnSync(`${modules}/.bin/node`, ["--version"], { stdio: "ignore" });
  return status === 0 ? [] : ["a Node that runs here"];
}

function onMusl() {
  return process.platform === "linux" && process.report.getReport().header.glibcVersionRuntime === undefined;
}

function fail(why, todo) {
  process.stderr.write(`error: the packages could not be installed\n  why: ${why}\n   do: ${todo}\n`);
  process.exit(70);
}
