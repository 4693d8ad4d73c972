/** Runs a script in a container that has bash, within a time limit. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Ran } from "../beside.ts";
import type { Cluster, InPod } from "./cluster.ts";

const ENDS_WITHIN_MS = 30_000;

export async function scriptIn(cluster: Pick<Cluster, "exec">, at: InPod, script: string): Promise<Ran> {
  const over = new AbortController();
  const late = sleep(ENDS_WITHIN_MS, "late" as const, { ref: false, signal: over.signal });
  late.catch(() => {});
  const ran = await Promise.race([cluster.exec(at, ["bash", "-c", script]), late]).finally(() => over.abort());
  if (ran === "late")
    throw new Error(`a script in ${at.pod} (${at.container}) did not end within ${ENDS_WITHIN_MS / 1000} s`);
  return ran;
}
