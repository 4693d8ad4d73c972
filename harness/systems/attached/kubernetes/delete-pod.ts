/** Deletes a pod, of its UID and no other of its name. */
import { admitted } from "./beside-pod.ts";
import type { Cluster } from "./cluster.ts";
import type { NamedPod } from "./pods.ts";

/** As short as it may be without the API server forgetting a pod that runs still: two of a StatefulSet must never be one. */
const GRACE_SECONDS = 1;

/** `dry`: whether it would be done. The API server reads all of that from the body, and nothing from the URL, where there is one. */
export async function deletePod({ core, namespace }: Cluster, { name, uid }: NamedPod, dry = false): Promise<void> {
  const body = { preconditions: { uid }, gracePeriodSeconds: GRACE_SECONDS, ...(dry ? { dryRun: ["All"] } : {}) };
  await admitted(core.deleteNamespacedPod({ name, namespace, body }), namespace);
}
