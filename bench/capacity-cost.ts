/**
 * The processor time of k6 for a write: with a minimal script, with the load script and its ledger discarded, and with
 * the load script as in a drill. All three write at the same time, at the same rate, with as many users and as many
 * bytes, to a server that answers at once: other work of the machine affects all of them alike.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RunnerName } from "../harness/model/load/runners.ts";
import { planWrite, type WriteMix } from "../harness/model/load/write.ts";
import { loadTimes, type Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "../scenarios/region-loss.ts";
import { median } from "./child.ts";
import { coresBetween, inFolder, removeProgram, startBeside, startLoad, type Used, usedBy } from "./runners.ts";
import { startStandIn } from "./stand-in.ts";

const RATE = 100;
const ROUNDS = 7;
const TIMEOUT_SECONDS = 2;
const USERS = RATE * TIMEOUT_SECONDS + 10;
/** Warm-up: each user's first write opens its connection and initializes its interpreter. */
const SETTLE_SECONDS = (2 * USERS) / RATE;
const WINDOW_SECONDS = 20;
const MARGIN_SECONDS = 5;
const PUTS: WriteMix = { put: 1, post: 0, bundle: 0, update: 0 };
const MINIMAL = fileURLToPath(new URL("minimal.k6.js", import.meta.url));

const scenario: Scenario = {
  ...regionLoss,
  load: {
    ...{ ratePerSecond: RATE, mix: PUTS, timeoutSeconds: TIMEOUT_SECONDS, warmUpSeconds: 3 },
    ...{ baselineSeconds: SETTLE_SECONDS, afterSeconds: WINDOW_SECONDS + MARGIN_SECONDS },
  },
  faults: [],
  disaster: null,
};

/** The measured scripts, by the name of their containers. */
const WAYS = {
  minimal: "a minimal script",
  "k6-2": "the load script, ledger discarded",
  k6: "the load script",
};
type Program = keyof typeof WAYS;
const PROGRAMS = Object.keys(WAYS) as Program[];

interface Cost {
  msPerWrite: number;
  mebibytes: number;
}
type Round = Record<Program, Cost>;

const standIn = await startStandIn();
const rounds: Round[] = [];
try {
  for (let round = 1; round <= ROUNDS; round += 1) {
    process.stderr.write(`round ${round} of ${ROUNDS}\n`);
    rounds.push(
      await inFolder((whole) => inFolder((silent) => inFolder((least) => measured(round, whole, silent, least)))),
    );
  }
} finally {
  await standIn.release();
}
print();

async function measured(seed: number, whole: string, silent: string, least: string): Promise<Round> {
  const loadOf = (name: RunnerName, folder: string, ledger: boolean) =>
    startLoad(standIn, { scenario, seed, names: [name], folder }, { ledger });
  const loads = [await loadOf("k6-1", whole, true), await loadOf("k6-2", silent, false)].flat();
  await standIn.untilWaiting(loads.length);
  const minimal = await startMinimal(seed, least);
  await standIn.giveSignal(seed);
  await sleep(SETTLE_SECONDS * 1000);
  const first = await readAll();
  await sleep(WINDOW_SECONDS * 1000);
  const last = await readAll();
  await Promise.all([minimal, ...loads].map(({ ended }) => ended));
  for (const program of PROGRAMS) await removeProgram(standIn, program);
  for (const summary of [
    join(whole, "k6-summary.json"),
    join(silent, "k6-summary.k6-2.json"),
    join(least, "k6-summary.json"),
  ])
    requireCarried(summary);
  // If nothing was dropped, and everything is answered at once, the rate gives the number of writes.
  const costs = PROGRAMS.map((program, i): [Program, Cost] => {
    const [before, after] = [first[i] as Used, last[i] as Used];
    return [program, { msPerWrite: (coresBetween(before, after) * 1000) / RATE, mebibytes: after.mebibytes }];
  });
  return Object.fromEntries(costs) as Round;
}

function startMinimal(seed: number, folder: string) {
  const body = JSON.stringify(planWrite(seed, RATE, PUTS).body);
  const seconds = loadTimes(scenario).end;
  const asked = { url: `${standIn.baseUrl}/Patient/minimal`, body, rate: RATE, seconds, users: USERS };
  return startBeside(standIn, {
    ...{ name: "minimal", image: standIn.images.k6 },
    environment: { MINIMAL: JSON.stringify(asked), K6_NO_USAGE_REPORT: "true" },
    folders: [
      { source: MINIMAL, target: "/minimal.k6.js", readOnly: true },
      { source: folder, target: "/record", readOnly: false },
    ],
    command: ["run", "--quiet", "/minimal.k6.js"],
  });
}

function readAll(): Promise<Used[]> {
  return Promise.all(PROGRAMS.map((program) => usedBy(standIn, program)));
}

function requireCarried(summary: string): void {
  const { metrics } = JSON.parse(readFileSync(summary, "utf8"));
  const dropped = metrics.dropped_iterations?.values.count ?? 0;
  if (dropped > 0)
    throw new Error(`this machine does not carry three times ${RATE} writes a second: ${dropped} were dropped`);
}

function print(): void {
  const range = (values: readonly number[], digits: number) =>
    `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)})`;
  const ms = (program: Program) => rounds.map((round) => round[program].msPerWrite);
  const head = `${RATE} writes/s and ${USERS} users each, ${ROUNDS} rounds`;
  console.log(`| ${head} | processor, ms a write | times the minimal one | MiB |\n|---|--:|--:|--:|`);
  for (const program of PROGRAMS) {
    const times = rounds.map((round) => round[program].msPerWrite / round.minimal.msPerWrite);
    const mebibytes = median(rounds.map((round) => round[program].mebibytes));
    console.log(`| ${[WAYS[program], range(ms(program), 3), range(times, 2), mebibytes.toFixed(0)].join(" | ")} |`);
  }
  const shares = rounds.map((round) => (1 - round["k6-2"].msPerWrite / round.k6.msPerWrite) * 100);
  console.log(`\nThe ledger's share of the load script, %: ${range(shares, 1)}`);
}
