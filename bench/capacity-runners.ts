/**
 * How fast one runner and several can write to a server that answers at once, on one core and on two: the rate rises
 * until writes are dropped or late. If k6 has all cores, the server shares them.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { RUNNER_NAMES } from "../harness/model/load/runners.ts";
import type { WriteMix } from "../harness/model/load/write.ts";
import { type Scenario, stagesOf } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "../scenarios/region-loss.ts";
import { inFolder, removeProgram, startLoad, startLoop, usedBy } from "./runners.ts";
import { startStandIn } from "./stand-in.ts";
import { ceilingOf, type Step, stepsOf } from "./steps.ts";

const STEP_RATE = 300;
const STEPS = 9;
const STEP_SECONDS = 4;
const SAMPLE_MS = 1000;
const PUTS: WriteMix = { put: 1, post: 0, bundle: 0, update: 0 };

interface Setup {
  runners: number;
  cores: string;
  /** Busy loops, one for each core. */
  busy: number;
}

const all = availableParallelism();
const SETUPS: Setup[] = [
  ...[1, 2, 4].map((runners) => ({ runners, cores: "0", busy: 0 })),
  ...[1, 2, 4].map((runners) => ({ runners, cores: `0-${all - 1}`, busy: 0 })),
  { runners: 1, cores: `0-${all - 1}`, busy: all },
];

const scenario: Scenario = {
  ...regionLoss,
  load: {
    ...{ ratePerSecond: STEP_RATE, mix: PUTS, timeoutSeconds: 1 },
    ...{ warmUpSeconds: 3, baselineSeconds: STEP_SECONDS - 1, afterSeconds: (STEPS - 1) * STEP_SECONDS + 1 },
    shape: { kind: "step", afterSeconds: 0, seconds: STEP_SECONDS, by: 1, steps: STEPS - 1 },
  },
  faults: [],
  disaster: null,
};

interface Seen {
  steps: Step[];
  /** Peak memory of all runners together. */
  mebibytes: number;
}

const standIn = await startStandIn();
try {
  const rates = Array.from({ length: STEPS }, (_, i) => `${(i + 1) * STEP_RATE}/s`);
  console.log(`| runners | cores | busy loops | ${rates.join(" | ")} | carried /s | MiB |`);
  console.log(`|--:|--:|--:|${"--:|".repeat(rates.length + 2)}`);
  for (const [index, setup] of SETUPS.entries()) {
    process.stderr.write(`${setup.runners} runners on cores ${setup.cores}, ${setup.busy} busy loops\n`);
    const { steps, mebibytes } = await seen(setup, index + 1);
    const cells = steps.map(({ begun, p99 }) => `${(begun * 100).toFixed(1)} %, ${p99 ?? "–"} ms`);
    const cores = setup.cores === "0" ? 1 : all;
    const carried = ceilingOf(steps) ?? `less than ${STEP_RATE}`;
    console.log(`| ${[setup.runners, cores, setup.busy, ...cells, carried, mebibytes.toFixed(0)].join(" | ")} |`);
  }
} finally {
  await standIn.release();
}
process.exit(0);

function seen({ runners, cores, busy }: Setup, seed: number): Promise<Seen> {
  return inFolder(async (folder) => {
    const names = RUNNER_NAMES.slice(0, runners);
    const loads = await startLoad(standIn, { scenario, seed, names, folder }, { cores });
    const loops = Array.from({ length: busy }, (_, i) => `busy-${i + 1}`);
    for (const loop of loops) await startLoop(standIn, loop);
    await standIn.untilWaiting(runners);
    await standIn.giveSignal(seed);
    let mebibytes = 0;
    const untilMs = performance.now() + (STEPS - 1) * STEP_SECONDS * 1000;
    while (performance.now() < untilMs) {
      await sleep(SAMPLE_MS);
      const used = await Promise.all(loads.map(({ program }) => usedBy(standIn, program)));
      mebibytes = Math.max(
        mebibytes,
        used.map((each) => each.mebibytes).reduce((sum, each) => sum + each, 0),
      );
    }
    for (const loop of loops) await removeProgram(standIn, loop);
    await Promise.all(loads.map(({ ended }) => ended));
    for (const { program } of loads) await removeProgram(standIn, program);
    const ledgers = loads.map(({ ledger }) => readFileSync(ledger, "utf8"));
    return { steps: stepsOf(ledgers, stagesOf(scenario).slice(0, STEPS)), mebibytes };
  });
}
