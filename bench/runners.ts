/** Runners of a load on the stand-in, started as in a drill, on their own cores. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningLoad } from "../harness/load/generator.ts";
import { k6, type RunnerPlace } from "../harness/load/k6.ts";
import type { RunnerName } from "../harness/model/load/runners.ts";
import { HAPI_DIALECT } from "../harness/model/plan/dialect.ts";
import type { Scenario } from "../harness/model/plan/scenario.ts";
import type { ProgramOptions } from "../harness/system/program.ts";
import { containerName, DrillContainer } from "../harness/systems/lab/container.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";
import { runBeside } from "../harness/systems/lab/program-beside.ts";
import { usageOf } from "../harness/systems/lab/usage.ts";
import type { StandIn } from "./stand-in.ts";

export interface Placed {
  /** In the engine's notation, such as `0-1`; default: all. */
  cores?: string | undefined;
  /** `false`: its ledger is discarded. */
  ledger?: boolean;
}

/** One program beside the stand-in. */
export async function startBeside(standIn: StandIn, program: ProgramOptions, { cores, ledger = true }: Placed = {}) {
  const { engine, run, network } = standIn;
  const command = program.command.map((word, i) =>
    !ledger && program.command[i - 1] === "--console-output" ? "/dev/null" : word,
  );
  const running = await runBeside(engine, { run, network }, { ...program, command });
  if (cores !== undefined) await containerOf(standIn, program.name).update({ CpusetCpus: cores });
  return running;
}

export function startLoad(
  standIn: StandIn,
  { scenario, seed, names, folder }: { scenario: Scenario; seed: number; names: readonly RunnerName[]; folder: string },
  placed: Placed = {},
): Promise<RunningLoad[]> {
  const places = names.map(
    (runner): RunnerPlace => ({
      runner,
      readClock: async () => ({ askedMs: 0, answeredMs: 0, epochMs: 0 }),
      fromBeside: async () => ({ baseUrl: standIn.baseUrl, headers: {} }),
      runBeside: (program) => startBeside(standIn, program, placed),
    }),
  );
  return k6(places, standIn.images.k6).start({
    ...{ scenario, seed, folder, retry: "none", tags: [] },
    dialect: HAPI_DIALECT,
  });
}

/** A busy loop, in its own container. */
export async function startLoop({ run, network, images }: StandIn, name: string): Promise<void> {
  await new DrillContainer({ run, network, image: images.nginx }, name)
    .withEntrypoint(["sh", "-c"])
    .withCommand(["while :; do :; done"])
    .start();
}

export interface Used {
  /** Processor time so far. */
  cpuSeconds: number;
  mebibytes: number;
  /** When the engine read that, by the machine's wall clock. */
  readAt: number;
}

/** The engine may sample only once a second: the interval between two readings is that of their `readAt`. */
export async function usedBy({ engine, run }: Pick<StandIn, "engine" | "run">, program: string): Promise<Used> {
  const usage = await usageOf(engine, run, program);
  const { cpuSeconds = null, memoryBytes = null, readAt = null } = usage ?? {};
  if (cpuSeconds === null || memoryBytes === null || readAt === null)
    throw new Error(`the engine does not tell what ${program} uses`);
  return { cpuSeconds, mebibytes: memoryBytes / 2 ** 20, readAt };
}

/** Cores that it used between two readings. */
export function coresBetween(first: Used, last: Used): number {
  return ((last.cpuSeconds - first.cpuSeconds) * 1000) / (last.readAt - first.readAt);
}

/** Afterwards another one with its name can be started. */
export async function removeProgram(standIn: Pick<StandIn, "engine" | "run">, program: string): Promise<void> {
  await containerOf(standIn, program).remove({ force: true });
}

function containerOf({ engine, run }: Pick<StandIn, "engine" | "run">, program: string) {
  return dockerOf(engine).getContainer(containerName(run, program));
}

export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
