/** Removes what drills created in a namespace, by its label: pods, and the load with all its objects. */
import type { V1ObjectMeta } from "@kubernetes/client-node";
import { stateOfOwner } from "../../lab/owner.ts";
import { OWNER_LABEL, RUN_LABEL } from "../../lab/ownership.ts";
import { apiReason, FORBIDDEN, isNotFound, statusOf } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { isLiving, podsIn } from "./pods.ts";
import { TEST_RUNS } from "./test-runs.ts";

/** Removes the objects of one run; resolves with their number. */
export function removeRunFrom(cluster: Cluster, run: string): Promise<number> {
  return remove(cluster, { labelSelector: `${RUN_LABEL}=${run}`, runs: [run] }, () => true);
}

/** Removes the objects of all runs whose owner is known to be dead. */
export async function removeAbandonedFrom(cluster: Cluster): Promise<number> {
  const ownerOf = ({ annotations }: V1ObjectMeta) => annotations?.[OWNER_LABEL] ?? "";
  // Machines may share a host name without seeing each other's processes, so owners with running pods are left alone.
  const pods = await podsIn(cluster, { labelSelector: RUN_LABEL });
  const running = new Set(pods.filter(isLiving).map(({ metadata = {} }) => ownerOf(metadata)));
  return remove(cluster, { labelSelector: RUN_LABEL, runs: [] }, (metadata) => {
    const owner = ownerOf(metadata);
    return stateOfOwner(owner, running.has(owner)) === "dead";
  });
}

/** `runs`: runs that may have objects that cannot be listed. */
async function remove(
  cluster: Cluster,
  { labelSelector, runs: known }: { labelSelector: string; runs: string[] },
  matches: (metadata: V1ObjectMeta) => boolean,
): Promise<number> {
  const { core, batch, custom, namespace } = cluster;
  const all = { namespace, labelSelector };
  const away = (name: string) => ({ name, namespace, propagationPolicy: "Background" });
  const refused: string[] = [];
  const runs = new Set(known);
  let removed = 0;
  const kinds = [
    // k6-operator's resources first: their dependents are removed with them.
    {
      list: async () => (await custom.listNamespacedCustomObject({ ...TEST_RUNS, ...all })) as { items: Owned[] },
      remove: (name: string) => custom.deleteNamespacedCustomObject({ ...TEST_RUNS, ...away(name) }),
      optional: true,
    },
    { list: () => batch.listNamespacedJob(all), remove: (name: string) => batch.deleteNamespacedJob(away(name)) },
    {
      list: () => core.listNamespacedPod(all),
      remove: (name: string) => core.deleteNamespacedPod({ ...away(name), gracePeriodSeconds: 0 }),
    },
    {
      list: () => core.listNamespacedConfigMap(all),
      remove: (name: string) => core.deleteNamespacedConfigMap(away(name)),
    },
  ];
  for (const { list, remove, optional = false } of kinds)
    try {
      for (const { metadata = {} } of (await list()).items as Owned[]) {
        if (!matches(metadata)) continue;
        runs.add(metadata.labels?.[RUN_LABEL] ?? "");
        if (metadata.deletionTimestamp !== undefined) continue;
        await remove(metadata.name ?? "").catch(unlessGone);
        removed += 1;
      }
    } catch (error) {
      const absent = optional && (isNotFound(error) || statusOf(error) === FORBIDDEN);
      if (!absent) refused.push(apiReason(error));
    }
  // By their label, without listing them: the right to list secrets is the right to read them all.
  for (const run of runs)
    await core
      .deleteCollectionNamespacedSecret({ namespace, labelSelector: `${RUN_LABEL}=${run}` })
      .catch((error: unknown) => void refused.push(apiReason(error)));
  if (refused.length > 0) throw new Error(`some objects could not be removed from ${namespace}: ${refused.join("; ")}`);
  return removed;
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

interface Owned {
  metadata?: V1ObjectMeta;
}
