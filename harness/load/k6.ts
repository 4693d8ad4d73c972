/**
 * k6 as the generator. It runs inside the network and writes into the run folder directly, so each line is on our disk
 * as it is written. Several runners share a load without talking to each other: each runs its own segment.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ledgerFile, programOf, RUNNER_NAMES, type RunnerName, summaryFile } from "../model/load/runners.ts";
import { segmentOf } from "../model/load/segments.ts";
import { ENDING } from "../model/program/built.ts";
import { DrillFailure, reasonOf } from "../model/program/failure.ts";
import type { Edge } from "../system/edge.ts";
import type { RunningProgram } from "../system/program.ts";
import type { System } from "../system/system.ts";
import type { Generator, LoadTask, RunningLoad } from "./generator.ts";
import { loadOptions, validForMs } from "./load-options.ts";
import { readSummary } from "./summary.ts";

/** k6 reads the script and the model by the same relative paths as Node does. */
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
export const SCRIPT_FOLDERS = ["scenarios/load", "harness/model"].map((path) => ({
  source: `${PROJECT}${path}`,
  target: `/fhirdrill/${path}`,
  readOnly: true,
}));
const RECORD = "/record";
/** Own resources, as a file because they are too large for k6's environment. The judge has them in run.json. */
const OWN_RESOURCES = "k6-resources.json";
const CA = "/fhirdrill-ca.pem";

/** Where one runner runs: how it is started there, where it finds the service, and how its clock is read. */
export interface RunnerPlace extends Pick<System, "runBeside" | "readClock"> {
  runner: RunnerName;
  fromBeside: Edge["fromBeside"];
  /** Further settings of k6, such as `K6_DNS`. */
  environment?: Record<string, string>;
}

/** Places for so many runners in the system's own network. */
export function placesBeside(
  { edge, runBeside, readClock }: Pick<System, "edge" | "runBeside" | "readClock">,
  runners = 1,
): RunnerPlace[] {
  return RUNNER_NAMES.slice(0, runners).map((runner) => ({
    runner,
    runBeside,
    readClock,
    fromBeside: edge.fromBeside,
  }));
}

export function k6(places: readonly RunnerPlace[], image: string): Generator {
  return {
    runners: places.map(({ runner }) => runner),
    start: async (task) => {
      const shares = places.map((place, index) => started(place, shareOf(index, places.length), image, task));
      // Waits for all even if one fails: none may still be starting when the system is released.
      await Promise.allSettled(shares);
      return Promise.all(shares);
    },
  };
}

async function started(place: RunnerPlace, share: Share, image: string, task: LoadTask): Promise<RunningLoad> {
  const { runner, readClock } = place;
  const program = await startProgram(place, share, image, task).catch((error: unknown) => {
    throw share.of === 1 ? error : neverStarted(runner, error);
  });
  return {
    ...program,
    ...{ runner, program: programOf(runner), readClock },
    ledger: join(task.folder, ledgerFile(runner)),
    summary: async (exitCode) =>
      readSummary(await readFile(join(task.folder, summaryFile(runner)), "utf8").catch(() => null), exitCode),
  };
}

function neverStarted(runner: RunnerName, cause: unknown): DrillFailure {
  const text = {
    what: `the runner ${runner} of the load could not be started`,
    why: reasonOf(cause),
    todo: "try it with fewer runners, or read the logs in the run folder",
  };
  return new DrillFailure(text, { cause });
}

interface Share {
  of: number;
  /** The arguments that give k6 its segment. */
  command: string[];
}

function shareOf(index: number, of: number): Share {
  const share = segmentOf(index, of);
  if (share === null) return { of, command: [] };
  return { of, command: ["--execution-segment", share.segment, "--execution-segment-sequence", share.sequence] };
}

async function startProgram(place: RunnerPlace, share: Share, image: string, task: LoadTask): Promise<RunningProgram> {
  const { runner, fromBeside, runBeside, environment } = place;
  const { load } = task.scenario;
  const { ca, ...service } = await fromBeside(validForMs(task));
  const options = loadOptions(task, {
    ...{ runner, runners: share.of, ...service },
    resources: `${RECORD}/${OWN_RESOURCES}`,
    summary: `${RECORD}/${summaryFile(runner)}`,
  });
  if (load.resources) await writeFile(join(task.folder, OWN_RESOURCES), JSON.stringify(load.resources));
  return runBeside({
    ...{ name: programOf(runner), image },
    environment: {
      FHIRDRILL_LOAD: JSON.stringify(options),
      K6_NO_USAGE_REPORT: "true",
      // Replaces the system's trusted certificates.
      ...(ca === undefined ? {} : { SSL_CERT_FILE: CA }),
      ...environment,
    },
    folders: [
      ...SCRIPT_FOLDERS,
      { source: resolve(task.folder), target: RECORD, readOnly: false },
      ...(ca === undefined ? [] : [{ source: resolve(ca), target: CA, readOnly: true }]),
    ],
    command: [
      "run",
      "--quiet",
      "--console-output",
      `${RECORD}/${ledgerFile(runner)}`,
      "--log-format",
      "raw",
      ...share.command,
      `/fhirdrill/scenarios/load/writes.k6${ENDING}`,
    ],
  });
}
