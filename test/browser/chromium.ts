/**
 * A browser for tests and benches: the one named by `FHIRDRILL_CHROMIUM`, else one of the machine, else Debian's,
 * installed as root unless `FHIRDRILL_NO_INSTALL=1` forbids it, else the one that Playwright downloads.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { Say } from "../../harness/model/console/say.ts";
import { DrillFailure, reasonOf } from "../../harness/model/program/failure.ts";
import { runProgram } from "../../harness/systems/lab/program.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const ARGS = ["--no-sandbox", "--disable-background-networking"];
const TODO = "install Chromium, or name one in FHIRDRILL_CHROMIUM, and run the command again";

export async function openBrowser(say: Say): Promise<Browser> {
  const executablePath = await findBrowser(process.env, say);
  try {
    return await chromium.launch({ executablePath, args: ARGS });
  } catch (error) {
    throw new DrillFailure(
      { what: `the browser ${executablePath} does not start`, why: reasonOf(error), todo: TODO },
      { cause: error },
    );
  }
}

/** The path of a browser that exists. */
export async function findBrowser(env: NodeJS.ProcessEnv, say: Say): Promise<string> {
  const named = env.FHIRDRILL_CHROMIUM;
  if (named !== undefined) {
    if (existsSync(named)) return named;
    throw noBrowser(`FHIRDRILL_CHROMIUM names ${named}, and there is no such file`);
  }
  const found = onPath(env) ?? downloaded();
  if (found !== null) return found;
  if (env.FHIRDRILL_NO_INSTALL === "1") throw noBrowser("FHIRDRILL_NO_INSTALL=1 forbids installing one");
  const failures: string[] = [];
  for (const [what, way] of [
    ["installing the Debian package chromium", install],
    ["downloading Playwright's Chromium", download],
  ] as const) {
    say(what);
    try {
      await way();
    } catch (error) {
      failures.push(`${what}: ${reasonOf(error)}`);
    }
    const got = onPath(env) ?? downloaded();
    if (got !== null) return got;
  }
  throw noBrowser(failures.join("; "));
}

function noBrowser(why: string): DrillFailure {
  return new DrillFailure({ what: "there is no browser to look at pages with", why, todo: TODO });
}

function onPath(env: NodeJS.ProcessEnv): string | null {
  const folders = (env.PATH ?? "").split(":");
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

function downloaded(): string | null {
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

async function install(): Promise<void> {
  const isRoot = process.platform === "linux" && process.getuid?.() === 0;
  if (!isRoot || !existsSync("/usr/bin/apt-get")) throw new Error("only on Debian or Ubuntu, as root");
  await runProgram("apt-get", ["update", "-q"]);
  await runProgram("apt-get", ["install", "-q", "-y", "--no-install-recommends", "chromium"]);
}

async function download(): Promise<void> {
  const cli = join(dirname(createRequire(import.meta.url).resolve("playwright-core/package.json")), "cli.js");
  const { status, stderr } = spawnSync(process.execPath, [cli, "install", "--no-shell", "chromium"], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(stderr.trim().split("\n").at(-1) || `it left with code ${status}`);
}
