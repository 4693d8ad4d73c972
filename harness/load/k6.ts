/**
 * k6 as a generator: started inside the network, it writes into the run's folder directly, so each line is on our disk as it
 * is written.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ENDING } from "../model/built.ts";
import type { LoadOrder } from "../model/load/ledger.ts";
import { startSignal } from "../model/load/start-signal.ts";
import { loadTimes } from "../model/plan/scenario.ts";
import { RECORD_FILES } from "../model/record/seal.ts";
import type { RunningProgram } from "../system/program.ts";
import type { System } from "../system/system.ts";
import type { Generator, LoadTask } from "./generator.ts";
import { readSummary, SUMMARY_FILE } from "./summary.ts";

/** k6 reads the script and the model by the same relative paths as Node does. */
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const MOUNTED = ["scenarios/load", "harness/model"];
const RECORD = "/record";
const CA = "/fhirdrill-ca.pem";

/** Longer than registers and warm-up may take: those have failures of their own. */
const PATIENCE_SECONDS = 600;
/**
 * What a token has to last for besides the load. Registers and warm-up may take longer; but where tokens last five minutes,
 * as is usual, nobody could wait for that. A load whose token ends in it is told apart by its answers.
 */
const BEFORE_LOAD_SECONDS = 60;

const RUNNER = "k6-1";

type Around = Pick<System, "edge" | "runBeside" | "readClock">;

export function k6(system: Around, image: string): Generator {
  return {
    runner: RUNNER,
    start: async (task) => ({
      ...(await startProgram(system, image, task)),
      ledger: join(task.folder, RECORD_FILES.ledger),
      readClock: system.readClock,
      summary: async (exitCode) =>
        readSummary(await readFile(join(task.folder, SUMMARY_FILE), "utf8").catch(() => null), exitCode),
    }),
  };
}

async function startProgram({ edge, runBeside }: Around, image: string, task: LoadTask): Promise<RunningProgram> {
  const { seed, dialect, tags } = task;
  const { load } = task.scenario;
  const durationSeconds = loadTimes(task.scenario).end;
  const { ca, ...service } = await edge.fromBeside((BEFORE_LOAD_SECONDS + durationSeconds) * 1000);
  const told: LoadOrder = {
    runner: RUNNER,
    ...service,
    seed,
    tags,
    mix: load.mix,
    versions: dialect.versions,
    ratePerSecond: load.ratePerSecond,
    durationSeconds,
    timeoutSeconds: load.timeoutSeconds,
    retry: task.retry,
    signal: startSignal(seed, dialect).look,
    patienceSeconds: PATIENCE_SECONDS,
    folder: RECORD,
  };
  return runBeside({
    ...{ name: "k6", image },
    environment: {
      FHIRDRILL_LOAD: JSON.stringify(told),
      K6_NO_USAGE_REPORT: "true",
      // Instead of the certificates that its system trusts: nobody else is asked.
      ...(ca === undefined ? {} : { SSL_CERT_FILE: CA }),
    },
    folders: [
      ...MOUNTED.map((path) => ({ source: `${PROJECT}${path}`, target: `/fhirdrill/${path}`, readOnly: true })),
      { source: resolve(task.folder), target: RECORD, readOnly: false },
      ...(ca === undefined ? [] : [{ source: resolve(ca), target: CA, readOnly: true }]),
    ],
    command: [
      "run",
      "--quiet",
      "--console-output",
      `${RECORD}/${RECORD_FILES.ledger}`,
      "--log-format",
      "raw",
      `/fhirdrill/scenarios/load/writes.k6${ENDING}`,
    ],
  });
}
