/** One runner in its pod: its ledger is followed while it runs, and fetched whole as soon as it has ended. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ledgerFile, programOf, summaryFile } from "../../model/load/runners.ts";
import type { Cluster } from "../../systems/attached/kubernetes/cluster.ts";
import type { LoadTask, RunningLoad } from "../generator.ts";
import { readSummary } from "../summary.ts";
import { Fetched, type Keeper } from "./fetched.ts";
import { LEAVE } from "./keeper.ts";
import { LEDGER, SUMMARY } from "./options.ts";
import { K6, KEEPER } from "./pod.ts";
import { PodClock } from "./pod-clock.ts";
import type { RunnerPod } from "./runner-pods.ts";
import { within } from "./within.ts";

const LEAVE_MS = 5000;
/** For fetching the rest of an ended runner's files, even if the drill has failed. */
const FETCH_MS = 30_000;
const LOG_MS = 20_000;

export interface InPodOptions {
  cluster: Pick<Cluster, "core" | "exec" | "open" | "namespace">;
  pod: RunnerPod;
  /** Resolves with k6's exit code. */
  end: Promise<number>;
  task: Pick<LoadTask, "folder">;
}

export interface RunnerInPod extends RunningLoad {
  /** Ends its keeper, however much was fetched. */
  leave: () => Promise<void>;
}

export function inPod({ cluster, pod, end, task }: InPodOptions): RunnerInPod {
  const { runner, name } = pod;
  const at = { pod: name, container: KEEPER };
  const keeper: Keeper = {
    open: (argv, hear) => cluster.open(at, argv, hear),
    exec: (argv) => cluster.exec(at, argv),
  };
  const clock = new PodClock(keeper.open);
  const ledger = new Fetched(keeper, LEDGER, join(task.folder, ledgerFile(runner)));
  const summaryPath = join(task.folder, summaryFile(runner));
  // At once: pods started by k6-operator do not stay for long.
  const fetched = end.then(async () => {
    await ledger.whole();
    return new Fetched(keeper, SUMMARY, summaryPath).whole();
  });
  fetched.catch(() => {});
  let hasEnded = false;
  end.then(
    () => {
      hasEnded = true;
    },
    () => {},
  );
  const lost = ledger.following.then(() => new Promise<never>(() => {}));
  const ended = Promise.race([end, lost]);
  ended.catch(() => {});
  return {
    ...{ runner, program: programOf(runner), ended },
    ledger: ledger.to,
    readClock: (now) => clock.sample(now),
    log: () => within(LOG_MS, "reading its log", logOf(cluster, name)),
    summary: async (exitCode) => {
      const hasSummary = await fetched;
      return readSummary(hasSummary ? await readFile(summaryPath, "utf8") : null, exitCode);
    },
    leave: async () => {
      clock.close();
      if (hasEnded) await within(FETCH_MS, "fetching the rest", fetched).catch(() => {});
      await ledger.stop();
      await within(LEAVE_MS, "ending the keeper", keeper.exec(LEAVE)).catch(() => {});
    },
  };
}

/** Available as long as the node keeps it. The ledger is not in it. */
function logOf({ core, namespace }: InPodOptions["cluster"], name: string): Promise<string> {
  return core.readNamespacedPodLog({ namespace, name, container: K6 });
}
