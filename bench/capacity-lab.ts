/**
 * The lab's ceiling, and its bottleneck: the rate rises through the whole path, and directly at HAPI A, alternating, in
 * one lab started as in `async`. Both use the same script, and both databases work as in a drill.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { k6, placesBeside } from "../harness/load/k6.ts";
import { makeRegisters } from "../harness/load/registers.ts";
import { HAPI_DIALECT } from "../harness/model/plan/dialect.ts";
import { type Scenario, stagesOf } from "../harness/model/plan/scenario.ts";
import { giveSignal } from "../harness/run/get-steady.ts";
import { imageNames, preparePrerequisites } from "../harness/run/set-up.ts";
import type { Edge } from "../harness/system/edge.ts";
import { sendTagged } from "../harness/system/send-write.ts";
import { startTopology } from "../harness/systems/lab/topology.ts";
import { regionLoss } from "../scenarios/region-loss.ts";
import { coresBetween, inFolder, removeProgram, type Used, usedBy } from "./runners.ts";
import { ceilingOf, isCarried, type Step, stepsOf } from "./steps.ts";

const STEP_RATE = 50;
const STEPS = 6;
const STEP_SECONDS = 12;
const TURNS = 2;
const WARM_STEPS = 2;
/** Lets the lab recover from overload. */
const REST_MS = 10_000;
const COMPONENTS = ["k6", "toxiproxy", "nginx", "hapi-a", "pg-a", "hapi-b", "pg-b"];
const TIMEOUT_MS = 5000;

interface Reading {
  parts: Used[];
  /** Busy time of all processors together, in milliseconds, and when it was read. */
  busyMs: number;
  atMs: number;
}

const rising = (steps: number): Scenario => ({
  ...regionLoss,
  load: {
    ...regionLoss.load,
    ...{ ratePerSecond: STEP_RATE, warmUpSeconds: 3, baselineSeconds: STEP_SECONDS - 1 },
    afterSeconds: (steps - 1) * STEP_SECONDS + 4,
    ...(steps > 1 && { shape: { kind: "step", afterSeconds: 0, seconds: STEP_SECONDS, by: 1, steps: steps - 1 } }),
  },
  faults: [],
  disaster: null,
});

const say = (line: string) => process.stderr.write(`${line}\n`);
const prerequisites = await preparePrerequisites("auto", { say, step: () => {}, event: () => {}, live: () => {} });
const images = imageNames(prerequisites.images);
const topology = await startTopology(prerequisites.engine, {
  ...{ run: `bench-${process.pid}`, images, golden: prerequisites.golden, onStep: () => {} },
  config: { replication: "async", proxy: "latched", fencing: true },
});
const send = sendTagged(topology.edge.ask, [], TIMEOUT_MS);
const WAYS: Record<string, Edge["fromBeside"]> = {
  "the whole path": topology.edge.fromBeside,
  "HAPI A itself": async () => ({ baseUrl: "http://hapi-a:8080/fhir", headers: {} }),
};
try {
  let seed = 1;
  // A cold JVM is slow for a while.
  for (const fromBeside of Object.values(WAYS)) await written(fromBeside, WARM_STEPS, seed++);
  console.log(
    `| path | writes/s | begun, % | acknowledged, % | p50, ms | p99, ms | ${COMPONENTS.join(" | ")} | machine |`,
  );
  console.log(`|---|${"--:|".repeat(6 + COMPONENTS.length)}`);
  for (let turn = 1; turn <= TURNS; turn += 1)
    for (const [way, fromBeside] of Object.entries(WAYS)) {
      say(`turn ${turn}: ${way}`);
      await sleep(REST_MS);
      const { steps, readings } = await written(fromBeside, STEPS, seed++);
      for (const [i, step] of steps.entries()) print(way, step, readings[i] as Reading, readings[i + 1] as Reading);
      say(`${way}: ${ceilingOf(steps) ?? `less than ${STEP_RATE}`} writes/s are carried`);
    }
} finally {
  await topology.release();
}
process.exit(0);

function written(fromBeside: Edge["fromBeside"], count: number, seed: number) {
  return inFolder(async (folder): Promise<{ steps: Step[]; readings: Reading[] }> => {
    const scenario = rising(count);
    const generator = k6(placesBeside({ ...topology, edge: { ...topology.edge, fromBeside } }), images.k6);
    const [load] = await generator.start({
      ...{ scenario, retry: "none", seed, tags: [], folder },
      dialect: HAPI_DIALECT,
    });
    if (load === undefined) throw new Error("nobody was started");
    await makeRegisters(seed, (register) => send({ ...register, method: "PUT" }));
    await giveSignal(send, seed, HAPI_DIALECT);
    const beganMs = performance.now();
    const readings = [await read()];
    for (let step = 1; step <= count; step += 1) {
      await sleep(beganMs + step * STEP_SECONDS * 1000 - performance.now());
      readings.push(await read());
    }
    await load.ended;
    await removeProgram(topology, "k6");
    return { steps: stepsOf([readFileSync(load.ledger, "utf8")], stagesOf(scenario).slice(0, count)), readings };
  });
}

async function read(): Promise<Reading> {
  const parts = await Promise.all(COMPONENTS.map((part) => usedBy(topology, part)));
  const busyMs = cpus()
    .map(({ times }) => times.user + times.nice + times.sys + times.irq)
    .reduce((sum, each) => sum + each, 0);
  return { parts, busyMs, atMs: performance.now() };
}

function print(way: string, step: Step, first: Reading, last: Reading): void {
  const machine = (last.busyMs - first.busyMs) / (last.atMs - first.atMs);
  const cores = first.parts.map((used, i) => coresBetween(used, last.parts[i] as Used));
  const percent = (share: number) => (share * 100).toFixed(1);
  const cells = [
    ...[way, isCarried(step) ? step.rate : `${step.rate} (not carried)`, percent(step.begun)],
    ...[percent(step.acknowledged), step.p50 ?? "–", step.p99 ?? "–"],
    ...[...cores, machine].map((each) => each.toFixed(2)),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
