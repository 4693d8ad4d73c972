/**
 * How many writes per second the whole path sustains on this machine: k6 → edge → nginx → HAPI A → PostgreSQL A, with B
 * following. One topology, one load after the other, no fault. `npm run bench`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { k6, placesBeside } from "../harness/load/k6.ts";
import { makeRegisters } from "../harness/load/registers.ts";
import { Names } from "../harness/model/load/names.ts";
import { HAPI_DIALECT } from "../harness/model/plan/dialect.ts";
import type { Scenario } from "../harness/model/plan/scenario.ts";
import { readLedger } from "../harness/record/read-ledger.ts";
import { giveSignal } from "../harness/run/get-steady.ts";
import { imageNames, preparePrerequisites } from "../harness/run/set-up.ts";
import { quantiles } from "../harness/stats/quantiles.ts";
import { sendTagged } from "../harness/system/send-write.ts";
import { containerName } from "../harness/systems/lab/container.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";
import { startTopology } from "../harness/systems/lab/topology.ts";
import { regionLoss } from "../scenarios/region-loss.ts";

const RATES = [50, 100, 150, 200];
const SECONDS = 20;

const view = {
  say: (line: string) => process.stderr.write(`${line}\n`),
  step: () => {},
  event: () => {},
  live: () => {},
};
const prerequisites = await preparePrerequisites("auto", view);
const images = imageNames(prerequisites.images);
const run = `bench-${process.pid}`;
const config = { replication: "async", proxy: "latched", fencing: true } as const;
const order = { run, images, golden: prerequisites.golden, config, onStep: () => {} };
const topology = await startTopology(prerequisites.engine, order);
try {
  await load(50, 1); // A cold JVM is slow for a while.
  process.stdout.write(
    "| asked for /s | acknowledged /s | not sent | not acknowledged | p50 ms | p95 ms | p99 ms |\n|--:|--:|--:|--:|--:|--:|--:|\n",
  );
  for (const [index, rate] of RATES.entries()) process.stdout.write(await load(rate, index + 2));
} finally {
  await topology.release();
}
process.exit(0);

async function load(rate: number, seed: number): Promise<string> {
  const parts = { warmUpSeconds: 1, baselineSeconds: 1, afterSeconds: SECONDS - 2 };
  const scenario: Scenario = { ...regionLoss, load: { ...regionLoss.load, ...parts, ratePerSecond: rate } };
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-bench-"));
  try {
    const generator = k6(placesBeside(topology), images.k6);
    const [one] = await generator.start({
      ...{ scenario, retry: "none", seed, tags: [], folder },
      dialect: HAPI_DIALECT,
    });
    const send = sendTagged(topology.edge.ask, [], 5000);
    await makeRegisters(seed, (register) => send({ ...register, method: "PUT" }));
    await giveSignal(send, seed, HAPI_DIALECT);
    if (one === undefined) throw new Error("nobody was started");
    const { ended, ledger } = one;
    await ended;
    // The next load's container has the same name.
    await dockerOf(topology.engine).getContainer(containerName(topology.run, "k6")).remove({ force: true });
    const clock = { offsetMs: 0, errorMs: 0, samples: 0 };
    const plan = { seed, mix: scenario.load.mix, runners: generator.runners };
    const { history } = readLedger(readFileSync(ledger, "utf8"), clock, plan, new Names(seed));
    const acknowledged = [...history].filter((op) => op.outcome === "ok");
    const { p50, p95, p99 } = quantiles(acknowledged.map((op) => (op.completedMs as number) - op.invokedMs));
    const perSecond = (acknowledged.length / SECONDS).toFixed(1);
    const notSent = Math.max(0, rate * SECONDS - history.length);
    const unanswered = history.length - acknowledged.length;
    return `| ${rate} | ${perSecond} | ${notSent} | ${unanswered} | ${p50?.toFixed(0)} | ${p95?.toFixed(0)} | ${p99?.toFixed(0)} |\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
