/**
 * Drains the node of a pod within the namespace that consents: cordons it, and evicts the namespace's pods on it, like
 * `kubectl drain`. Pods of DaemonSets, of the node itself (static pods) and of the drill stay.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import type { Drained } from "../../../system/pod.ts";
import { apiReason, NOT_FOUND, orNull, statusOf } from "./api-error.ts";
import { admitted } from "./beside-pod.ts";
import type { Cluster } from "./cluster.ts";
import { controllerOf, isLiving, isOurs, podsIn } from "./pods.ts";
import { DRAINED_BY } from "./undo.ts";

const AGAIN_MS = 1000;
const STAYS: readonly string[] = ["DaemonSet", "Node"];
const MERGE = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

export interface Evicting {
  seen: () => Omit<Drained, "node" | "unschedulable">;
  /** Stops evicting; resolves when the last request is done. */
  end: () => Promise<void>;
}

/** The node's UID. Throws if it is already cordoned: somebody else did that, and the end of the fault would be unknown. */
export async function nodeToDrain({ core }: Cluster, name: string): Promise<string> {
  const node = await orNull(core.readNode({ name }));
  if (node === null) throw new Error(`there is no node ${name}`);
  if (node.spec?.unschedulable === true) throw new Error(`the node ${name} is already cordoned, not by this drill`);
  return node.metadata?.uid ?? "";
}

/** `by`: the node's annotation from then on. */
export async function cordon(
  { core, namespace }: Cluster,
  { name, uid, by }: { name: string; uid: string; by: string },
  dry = false,
): Promise<void> {
  const body = { metadata: { uid, annotations: { [DRAINED_BY]: by } }, spec: { unschedulable: true } };
  await admitted(core.patchNode({ name, body, ...(dry ? { dryRun: "All" } : {}) }, MERGE), namespace);
}

export async function isUnschedulable({ core }: Cluster, name: string): Promise<boolean> {
  return (await orNull(core.readNode({ name })))?.spec?.unschedulable === true;
}

/** The pods that a drain would evict. */
export async function evictedFrom(cluster: Cluster, node: string): Promise<V1Pod[]> {
  const there = await podsIn(cluster, { fieldSelector: `spec.nodeName=${node}` });
  return there.filter((pod) => isLiving(pod) && !isOurs(pod) && !STAYS.includes(controllerOf(pod)?.kind ?? ""));
}

/** Evicts until it is stopped, the node is uncordoned, or `mostMs` have passed. A refused eviction does not stop the others. */
export function evicting(cluster: Cluster, node: string, mostMs: number): Evicting {
  const over = new AbortController();
  const endMs = performance.now() + mostMs;
  const evicted: string[] = [];
  let [refused, refusal]: [number, string | null] = [0, null];
  const refuse = (error: unknown) => {
    refused += 1;
    refusal = apiReason(error);
  };
  const round = async () => {
    // Healed from the journal or by hand: then this ends as well.
    if (!(await isUnschedulable(cluster, node))) return over.abort();
    for (const pod of await evictedFrom(cluster, node)) {
      if (over.signal.aborted) return;
      // Nothing would create it again.
      if (controllerOf(pod) === null) continue;
      const name = pod.metadata?.name ?? "";
      await evict(cluster, pod).then(
        () => void evicted.push(name),
        (error) => statusOf(error) !== NOT_FOUND && refuse(error),
      );
    }
  };
  const work = async () => {
    while (!over.signal.aborted && performance.now() < endMs) {
      await round().catch(refuse);
      await sleep(AGAIN_MS, undefined, { signal: over.signal }).catch(() => {});
    }
  };
  const working = work();
  return {
    seen: () => ({ evicted, refused, refusal }),
    end: async () => {
      over.abort();
      await working;
    },
  };
}

/** Evicts this pod by its UID, never another one with its name. */
export async function evict({ core, namespace }: Cluster, { metadata }: V1Pod, dry = false): Promise<void> {
  const { name = "", uid } = metadata ?? {};
  const deleteOptions = { preconditions: uid === undefined ? {} : { uid } };
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, deleteOptions };
  await core.createNamespacedPodEviction({ name, namespace, body, ...(dry ? { dryRun: "All" } : {}) });
}
