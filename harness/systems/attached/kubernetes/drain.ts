/**
 * Drains the node of a pod as far as there is consent: it takes no new pods, and those of the namespace on it are evicted, as by
 * `kubectl drain`. Pods of DaemonSets, of the node itself and of the drill stay.
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
  /** Resolves when nothing more is asked for. */
  end: () => Promise<void>;
}

/** Its UID. Throws where it takes no pods already: that is somebody else's affair, and nobody could tell when it ends. */
export async function nodeToDrain({ core }: Cluster, name: string): Promise<string> {
  const node = await orNull(core.readNode({ name }));
  if (node === null) throw new Error(`there is no node ${name}`);
  if (node.spec?.unschedulable === true)
    throw new Error(`the node ${name} takes no pods already, by somebody else's order`);
  return node.metadata?.uid ?? "";
}

/** `by`: stands on the node from then on. */
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

/** Those that an order to evict would be given for. */
export async function evictedFrom(cluster: Cluster, node: string): Promise<V1Pod[]> {
  const there = await podsIn(cluster, { fieldSelector: `spec.nodeName=${node}` });
  return there.filter((pod) => isLiving(pod) && !isOurs(pod) && !STAYS.includes(controllerOf(pod)?.kind ?? ""));
}

/** Asks until it is ended, or somebody lets pods onto the node again, or for `mostMs`. What refuses one eviction is no reason not to ask for the next. */
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
    // Whoever healed it, by the journal or by hand, has ended this as well.
    if (!(await isUnschedulable(cluster, node))) return over.abort();
    for (const pod of await evictedFrom(cluster, node)) {
      if (over.signal.aborted) return;
      // Nobody would make it again.
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

/** Of that pod and no other of its name. */
export async function evict({ core, namespace }: Cluster, { metadata }: V1Pod, dry = false): Promise<void> {
  const { name = "", uid } = metadata ?? {};
  const deleteOptions = { preconditions: uid === undefined ? {} : { uid } };
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, deleteOptions };
  await core.createNamespacedPodEviction({ name, namespace, body, ...(dry ? { dryRun: "All" } : {}) });
}
