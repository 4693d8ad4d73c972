/** The API server's pods, in a drill's terms. */
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { RUN_LABEL } from "../../lab/ownership.ts";
import { apiReason, orNull } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import type { Controller } from "./undo.ts";

export interface NamedPod {
  name: string;
  uid: string;
}

/** `null` if no pod has that UID any more, even if another has the name. */
export async function podOf({ core, namespace }: Cluster, { name, uid }: NamedPod): Promise<V1Pod | null> {
  const pod = await orNull(core.readNamespacedPod({ name, namespace }));
  return pod?.metadata?.uid === uid ? pod : null;
}

export async function podsIn(
  { core, namespace }: Cluster,
  selected: { labelSelector?: string; fieldSelector?: string } = {},
): Promise<V1Pod[]> {
  try {
    return (await core.listNamespacedPod({ namespace, ...selected })).items;
  } catch (error) {
    throw new Error(`the pods of ${namespace} cannot be listed: ${apiReason(error)}`, { cause: error });
  }
}

/** How many pods of a controller are ready; `except` is not counted. */
export async function readyOf(cluster: Cluster, { uid }: Pick<Controller, "uid">, except?: string): Promise<number> {
  const all = await podsIn(cluster);
  return all.filter((pod) => controllerOf(pod)?.uid === uid && pod.metadata?.uid !== except && isReady(pod)).length;
}

/** The controller that replaces the pod after its deletion; `null` for a bare pod. */
export function controllerOf({ metadata }: V1Pod): Controller | null {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return null;
  const { kind, apiVersion, name, uid } = owner;
  return { kind, apiVersion, name, uid };
}

export function isReady({ metadata, status }: V1Pod): boolean {
  const ready = status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
  return ready && metadata?.deletionTimestamp === undefined;
}

/** Whether it runs or is about to. */
export function isLiving({ metadata, status }: V1Pod): boolean {
  return metadata?.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

/** Whether a drill created it. */
export function isOurs({ metadata }: V1Pod): boolean {
  return metadata?.labels?.[RUN_LABEL] !== undefined;
}

/** kubectl's default container. */
export function mainContainerOf({ metadata, spec }: V1Pod): { name: string; image: string } {
  const all = spec?.containers ?? [];
  const named = metadata?.annotations?.["kubectl.kubernetes.io/default-container"];
  const { name = "", image = "" } = all.find((each) => each.name === named) ?? all[0] ?? {};
  return { name, image };
}

export function containerStatus({ status }: V1Pod, container: string): V1ContainerStatus | undefined {
  return status?.containerStatuses?.find(({ name }) => name === container);
}

export function ephemeralStatus({ status }: V1Pod, container: string): V1ContainerStatus | undefined {
  return status?.ephemeralContainerStatuses?.find(({ name }) => name === container);
}
