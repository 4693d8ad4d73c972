/** Starts k6 inside the network, with the run's folder as its own, so that its lines are on our disk as it writes them. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { StartedTestContainer } from "testcontainers";
import type { ClientRetry } from "../model/attempts.ts";
import type { LoadOrder } from "../model/ledger.ts";
import { loadTimes, type Scenario } from "../model/scenario.ts";
import { handleOf } from "../topology/container.ts";
import { callerIn, HostContainer } from "../topology/host-folder.ts";
import { linkAddress } from "../topology/links.ts";
import type { Topology } from "../topology/topology.ts";

/** k6 reads the script and the model by the same relative paths as Node does. */
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const MOUNTED = ["scenarios/load", "harness/model"];
const RECORD = "/record";

/** Longer than registers and warm-up may take, which say what was wrong when they do. */
const PATIENCE_SECONDS = 600;

export const LEDGER_FILE = "ledger.ndjson";

export interface RunningLoad {
  container: StartedTestContainer;
  /** Resolves with k6's exit code when it has ended by itself. */
  ended: Promise<number>;
}

export async function startLoad(
  topology: Topology,
  order: { image: string; scenario: Scenario; retry: ClientRetry; seed: number; folder: string },
): Promise<RunningLoad> {
  const { load } = order.scenario;
  const told: LoadOrder = {
    baseUrl: `http://${linkAddress("edge")}/fhir`,
    seed: order.seed,
    mix: load.mix,
    ratePerSecond: load.ratePerSecond,
    durationSeconds: loadTimes(order.scenario).end,
    timeoutSeconds: load.timeoutSeconds,
    retry: order.retry,
    patienceSeconds: PATIENCE_SECONDS,
    folder: RECORD,
  };
  const { run, network, engine } = topology;
  const container = await new HostContainer({ run, network, image: order.image }, "k6")
    .withEnvironment({ FHIRDRILL_LOAD: JSON.stringify(told), K6_NO_USAGE_REPORT: "true" })
    .withHostFolders(
      [
        ...MOUNTED.map((path) => ({ source: `${PROJECT}${path}`, target: `/fhirdrill/${path}`, readOnly: true })),
        { source: resolve(order.folder), target: RECORD, readOnly: false },
      ],
      // The files it writes belong to whoever runs the drill.
      await callerIn(engine),
    )
    .withCommand([
      "run",
      "--quiet",
      "--console-output",
      `${RECORD}/${LEDGER_FILE}`,
      "--log-format",
      "raw",
      "/fhirdrill/scenarios/load/writes.k6.ts",
    ])
    .start();
  const ended = handleOf(engine, container)
    .wait()
    .then((result: { StatusCode: number }) => result.StatusCode);
  return { container, ended };
}
