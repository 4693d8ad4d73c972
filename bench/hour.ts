/**
 * The cost of a long run while it runs: `npm run bench:hour [-- SCENARIO]`, more than an hour with `long-run`. The
 * drill is a separate process, whose memory is read from the kernel every ten seconds, which shows whether it grows.
 * Then the size of its record on disk, compared with the estimate of `plan`, and how long its page takes to draw.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { recordBytes } from "../harness/model/plan/record-size.ts";
import { loadTimes } from "../harness/model/plan/scenario.ts";
import { LONG, SCENARIOS } from "../scenarios/index.ts";
import { openBrowser } from "../test/browser/chromium.ts";
import { median } from "./child.ts";
import { drawnAfter } from "./drawn.ts";

const SAMPLE_MS = 10_000;
const COMPONENTS = 6;
const MAIN = fileURLToPath(new URL("../harness/cli/main.ts", import.meta.url));

const name = process.argv[2] ?? "long-run";
const scenario = [...LONG, ...SCENARIOS].find((one) => one.name === name);
if (scenario === undefined) throw new Error(`there is no scenario ${name}`);

const beganMs = performance.now();
const child = spawn(process.execPath, [MAIN, "run", name, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
let said = "";
child.stdout.on("data", (piece: Buffer) => {
  said += piece.toString("utf8");
});
const samples: { atS: number; mib: number }[] = [];
const sampling = setInterval(() => {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
  if (kib !== undefined) samples.push({ atS: (performance.now() - beganMs) / 1000, mib: Number(kib) / 1024 });
}, SAMPLE_MS);
const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
clearInterval(sampling);
const { folder, report, verdict } = JSON.parse(said) as { folder: string; report: string; verdict: string };

// The times before and after the load are reported separately: the record is read and judged in the same process.
const { setup, warmUp } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as {
  setup: { tookMs: number }[];
  warmUp: { tookMs: number } | null;
};
const loadFromS = (setup.reduce((sum, { tookMs }) => sum + tookMs, 0) + (warmUp?.tookMs ?? 0)) / 1000;
const loadS = loadTimes(scenario).end;
const during = (fromS: number, toS: number) => samples.filter(({ atS }) => atS >= fromS && atS < toS);
console.log(`${name}: ${verdict}, exit code ${code}\n`);
console.log("| part of the load | harness, MiB: median | least | most |\n|---|--:|--:|--:|");
for (let part = 0; part < COMPONENTS; part += 1) {
  const share = loadS / COMPONENTS;
  printRow(`${part + 1} of ${COMPONENTS}`, during(loadFromS + part * share, loadFromS + (part + 1) * share));
}
printRow("afterwards: audit, judge, page", during(loadFromS + loadS, Number.POSITIVE_INFINITY));

const onDisk = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
console.log(`\nrecord: ${mb(recordBytes(scenario))} told before, ${mb(onDisk)} at the end`);
const browser = await openBrowser((line) => process.stderr.write(`${line}\n`));
const drawn = [];
for (let round = 0; round < 5; round += 1) drawn.push(await drawnAfter(browser, report));
await browser.close();
console.log(`page: ${mb(statSync(report).size)}, drawn after ${Math.round(median(drawn))} ms`);

function printRow(part: string, of: typeof samples): void {
  const mib = of.map(({ mib }) => mib);
  const cells = mib.length === 0 ? ["–", "–", "–"] : [median(mib), Math.min(...mib), Math.max(...mib)].map(Math.round);
  console.log(`| ${[part, ...cells].join(" | ")} |`);
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
