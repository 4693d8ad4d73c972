/**
 * Checks with dry runs, before anything is broken, that the API server would allow a scenario's faults and their healing: the
 * caller's rights and the namespace's Pod Security. Changes nothing.
 */

import { allOfAKindAmong } from "../../../model/plan/own-sense.ts";
import type { OwnSystem } from "../../../model/plan/own-system.ts";
import type { Scenario } from "../../../model/plan/scenario.ts";
import { DrillFailure, reasonOf, usageFailure } from "../../../model/program/failure.ts";
import { apiReason, statusOf, TOO_MANY } from "./api-error.ts";
import { wouldStart } from "./beside-pod.ts";
import type { Cluster } from "./cluster.ts";
import { deletePod } from "./delete-pod.ts";
import { cordon, evict, evictedFrom, nodeToDrain } from "./drain.ts";
import type { FoundPod } from "./find-pods.ts";
import { wouldIsolate } from "./isolation-switch.ts";
import { controllerOf } from "./pods.ts";
import { refuseToDrain, refuseToIsolate } from "./target.ts";

interface Rehearsed {
  own: OwnSystem;
  scenario: Scenario;
  targets: readonly FoundPod[];
  /** The image that a drill would start in the cluster. */
  tools: string;
}

/**
 * Throws a usage failure that names what is not allowed. Resolves with the controllers whose pods would be evicted, as
 * "ReplicaSet server": a drain evicts more than its target.
 */
export async function rehearse(cluster: Cluster, { own, scenario, targets, tools }: Rehearsed): Promise<string[]> {
  const evicted = new Set<string>();
  for (const fault of scenario.faults) {
    if (!("target" in fault)) continue;
    const found = targets.find(({ name }) => name === fault.target);
    if (found === undefined) continue;
    try {
      await ACTS[fault.kind]?.(cluster, found, tools);
      if (fault.kind !== "node-drain") continue;
      refuseTooMany(found, targets, own);
      for (const whose of await rehearseEvictions(cluster, found.node)) evicted.add(whose);
    } catch (error) {
      if (error instanceof DrillFailure) throw error;
      throw usageFailure(
        `${fault.kind} of ${fault.target} cannot be done`,
        reasonOf(error),
        "see docs/kubernetes.md, or choose another scenario",
      );
    }
  }
  return [...evicted].toSorted();
}

const ACTS: Partial<
  Record<Scenario["faults"][number]["kind"], (cluster: Cluster, found: FoundPod, tools: string) => Promise<unknown>>
> = {
  "target-crash": (cluster, { node }, image) => wouldStart(cluster, { run: "rehearsal", image, node, script: "true" }),
  "target-isolation": async (cluster, found, image) => {
    await refuseToIsolate(cluster, found);
    await wouldIsolate(cluster, { name: found.container, uid: found.id }, image);
  },
  "pod-kill": (cluster, { container, id }) => deletePod(cluster, { name: container, uid: id }, true),
  "node-drain": async (cluster, found) => {
    refuseToDrain(found);
    const { node } = found;
    await cordon(cluster, { name: node, uid: await nodeToDrain(cluster, node), by: "rehearsal" }, true);
  },
};

async function rehearseEvictions(cluster: Cluster, node: string): Promise<string[]> {
  const whose = [];
  for (const pod of await evictedFrom(cluster, node)) {
    const controller = controllerOf(pod);
    if (controller === null)
      throw new Error(`${pod.metadata?.name} on the node ${node} has no controller: nothing would create it again`);
    await evict(cluster, pod, true).catch((error: unknown) => {
      // A budget may refuse now and allow it later.
      if (statusOf(error) !== TOO_MANY) throw new Error(apiReason(error), { cause: error });
    });
    whose.push(`${controller.kind} ${controller.name}`);
  }
  return whose;
}

/** A drain evicts all pods of the namespace from the node, so it must not have every one of a kind. */
function refuseTooMany({ node }: FoundPod, targets: readonly FoundPod[], own: OwnSystem): void {
  const there = targets.filter((each) => each.node === node).map(({ name }) => name);
  const all = allOfAKindAmong(there, own);
  if (all !== null) throw new Error(`every ${all} is on the node ${node}, so all would be broken at the same time`);
}
