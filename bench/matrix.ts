/**
 * The share of the time of many drills that is not their load: `npm run bench:matrix [-- DRILLS]`, about ten minutes.
 * The same drills one after the other (`run --repeat`), and as a matrix, which starts the next system while the
 * previous drill is audited and removed. The default scenario and configuration; first one drill that is not counted,
 * which creates what all share. Below the table: what a start during the load would need, and what the load leaves idle.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { baselineBeganMs } from "../harness/check/facts.ts";
import { loadTimes } from "../harness/model/plan/scenario.ts";
import type { RunRecord } from "../harness/model/record/record.ts";
import { readRecord } from "../harness/record/read-record.ts";
import { RunFolder } from "../harness/store/run-folder.ts";
import { median } from "./child.ts";

const MAIN = fileURLToPath(new URL("../harness/cli/main.ts", import.meta.url));
const DRILLS = process.argv[2] ?? "4";
const SEED = 7001;

const results = mkdtempSync(join(tmpdir(), "fhirdrill matrix "));
try {
  drilled("first", ["run", "region-loss", "--seed", String(SEED)]);
  console.log("| drills in a row | number | verdicts | whole, s | each, s | load of each, s | not load |");
  console.log("|---|--:|---|--:|--:|--:|--:|");
  const common = ["--repeat", DRILLS, "--seed", String(SEED)];
  const alone = drilled("run", ["run", "region-loss", ...common]);
  printRow("run --repeat", alone);
  printRow("matrix", drilled("matrix", ["matrix", "--scenarios", "region-loss", "--configs", "async", ...common]));
  printRoom(alone.records);
} finally {
  rmSync(results, { recursive: true, force: true });
}

interface Drilled {
  seconds: number;
  /** Each drill's, with its warm-up. */
  loads: number[];
  verdicts: string[];
  records: RunRecord[];
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
  const paths = globSync(join(folder, "region-loss", "*", "*"));
  const records = paths.map((path) => readRecord(new RunFolder(path).readFiles()));
  return {
    ...{ seconds, records },
    loads: records.map(({ run }) => (run.warmUp?.tookMs ?? 0) / 1000 + loadTimes(run.scenario).end),
    verdicts: paths.map((path) => JSON.parse(readFileSync(join(path, "verdict.json"), "utf8")).verdict),
  };
}

/** What a start during the load would need of the processors, and what the load leaves of them. */
function printRoom(records: readonly RunRecord[]): void {
  const starts = records.flatMap(({ run }) =>
    run.setup.filter(({ step }) => step === "FHIR servers and proxy").map(({ tookMs }) => tookMs / 1000),
  );
  const loads = records.map(({ events, probes }) => {
    const fromMs = baselineBeganMs(events) ?? 0;
    const samples = probes.filter((probe) => probe.type === "machine").filter((sample) => sample.fromMs >= fromMs);
    const sum = (of: (sample: (typeof samples)[number]) => number) => samples.reduce((all, each) => all + of(each), 0);
    const whole = sum(({ cores, fromMs, atMs }) => ((cores ?? 0) * (atMs - fromMs)) / 1000);
    return { whole, idle: whole - sum(({ busySeconds }) => busySeconds ?? 0) };
  });
  const figure = (values: readonly number[]) => median(values).toFixed(1);
  const [idle, whole] = [figure(loads.map((load) => load.idle)), figure(loads.map((load) => load.whole))];
  console.log(`
To start the FHIR servers takes ${figure(starts)} s; from the baseline on, the load leaves ${idle} of ${whole} processor seconds idle.`);
}

function printRow(name: string, { seconds, loads, verdicts }: Drilled): void {
  const load = loads.reduce((sum, each) => sum + each, 0);
  const [each, share] = [seconds / loads.length, (seconds - load) / seconds];
  const figures = [seconds, each, load / loads.length].map((value) => value.toFixed(1));
  const cells = [name, loads.length, [...new Set(verdicts)].join(", "), ...figures, `${Math.round(100 * share)} %`];
  console.log(`| ${cells.join(" | ")} |`);
}
