/**
 * Starts k6 inside the network. It writes into the run's folder directly, so each line is on our disk as it is written.
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ENDING } from "../model/built.ts";
import type { LoadOrder } from "../model/load/ledger.ts";
import type { ClientRetry } from "../model/plan/attempts.ts";
import { loadTimes, type Scenario } from "../model/plan/scenario.ts";
import type { RunningProgram } from "../system/program.ts";
import type { System } from "../system/system.ts";

/** k6 reads the script and the model by the same relative paths as Node does. */
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const MOUNTED = ["scenarios/load", "harness/model"];
const RECORD = "/record";

/** Longer than registers and warm-up may take: those have failures of their own. */
const PATIENCE_SECONDS = 600;

export const LEDGER_FILE = "ledger.ndjson";

export async function startLoad(
  { edge, runBeside }: Pick<System, "edge" | "runBeside">,
  order: { image: string; scenario: Scenario; retry: ClientRetry; seed: number; folder: string },
): Promise<RunningProgram> {
  const { load } = order.scenario;
  const told: LoadOrder = {
    ...(await edge.fromBeside()),
    seed: order.seed,
    mix: load.mix,
    ratePerSecond: load.ratePerSecond,
    durationSeconds: loadTimes(order.scenario).end,
    timeoutSeconds: load.timeoutSeconds,
    retry: order.retry,
    patienceSeconds: PATIENCE_SECONDS,
    folder: RECORD,
  };
  return runBeside({
    ...{ name: "k6", image: order.image },
    environment: { FHIRDRILL_LOAD: JSON.stringify(told), K6_NO_USAGE_REPORT: "true" },
    folders: [
      ...MOUNTED.map((path) => ({ source: `${PROJECT}${path}`, target: `/fhirdrill/${path}`, readOnly: true })),
      { source: resolve(order.folder), target: RECORD, readOnly: false },
    ],
    command: [
      "run",
      "--quiet",
      "--console-output",
      `${RECORD}/${LEDGER_FILE}`,
      "--log-format",
      "raw",
      `/fhirdrill/scenarios/load/writes.k6${ENDING}`,
    ],
  });
}
