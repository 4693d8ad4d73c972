/**
 * The share of the time of many drills that is not their load: `npm run bench:matrix [-- DRILLS]`, about ten minutes.
 * The same drills one after the other (`run --repeat`), and as a matrix, which starts the next system while the
 * previous drill is audited and removed. The default scenario and configuration; first one drill that is not counted,
 * which creates what all share.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadTimes, type Scenario } from "../harness/model/plan/scenario.ts";

const MAIN = fileURLToPath(new URL("../harness/cli/main.ts", import.meta.url));
const DRILLS = process.argv[2] ?? "4";
const SEED = 7001;

const results = mkdtempSync(join(tmpdir(), "fhirdrill matrix "));
try {
  drilled("first", ["run", "region-loss", "--seed", String(SEED)]);
  console.log("| drills in a row | number | verdicts | whole, s | each, s | load of each, s | not load |");
  console.log("|---|--:|---|--:|--:|--:|--:|");
  const common = ["--repeat", DRILLS, "--seed", String(SEED)];
  printRow("run --repeat", drilled("run", ["run", "region-loss", ...common]));
  printRow("matrix", drilled("matrix", ["matrix", "--scenarios", "region-loss", "--configs", "async", ...common]));
} finally {
  rmSync(results, { recursive: true, force: true });
}

interface Drilled {
  seconds: number;
  /** Each drill's, with its warm-up. */
  loads: number[];
  verdicts: string[];
}

function drilled(name: string, args: readonly string[]): Drilled {
  const folder = join(results, name);
  const beganMs = performance.now();
  const { status } = spawnSync(process.execPath, [MAIN, ...args, "--json"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, FHIRDRILL_RESULTS: folder },
  });
  const seconds = (performance.now() - beganMs) / 1000;
  if (status === null || status > 3) throw new Error(`${args.join(" ")} ended with ${status}`);
  const read = <T>(file: string) =>
    globSync(join(folder, "region-loss", "*", "*", file)).map((path) => JSON.parse(readFileSync(path, "utf8")) as T);
  const runs = read<{ scenario: Scenario; warmUp: { tookMs: number } }>("run.json");
  return {
    seconds,
    loads: runs.map(({ scenario, warmUp }) => warmUp.tookMs / 1000 + loadTimes(scenario).end),
    verdicts: read<{ verdict: string }>("verdict.json").map(({ verdict }) => verdict),
  };
}

function printRow(name: string, { seconds, loads, verdicts }: Drilled): void {
  const load = loads.reduce((sum, each) => sum + each, 0);
  const [each, share] = [seconds / loads.length, (seconds - load) / seconds];
  const figures = [seconds, each, load / loads.length].map((value) => value.toFixed(1));
  const cells = [name, loads.length, [...new Set(verdicts)].join(", "), ...figures, `${Math.round(100 * share)} %`];
  console.log(`| ${cells.join(" | ")} |`);
}
