/** Deletes a pod by its UID, never another one with its name. */
import { admitted } from "./beside-pod.ts";
import type { Cluster } from "./cluster.ts";
import type { NamedPod } from "./pods.ts";

/** The shortest without force: a forced deletion forgets a pod that may still run, and a StatefulSet could then have it twice. */
const GRACE_SECONDS = 1;

/** `dry`: checks only. If there is a body, the API server reads all options from it and none from the URL. */
export async function deletePod({ core, namespace }: Cluster, { name, uid }: NamedPod, dry = false): Promise<void> {
  const body = { preconditions: { uid }, gracePeriodSeconds: GRACE_SECONDS, ...(dry ? { dryRun: ["All"] } : {}) };
  await admitted(core.deleteNamespacedPod({ name, namespace, body }), namespace);
}
