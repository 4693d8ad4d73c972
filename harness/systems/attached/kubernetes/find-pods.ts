/** Finds the target pods of an attached system, once; from then on each is identified by its UID. */

import type { OwnSystem } from "../../../model/plan/own-system.ts";
import { reasonOf, usageFailure } from "../../../model/program/failure.ts";
import { CONSENT_LABEL, type FoundTarget } from "../find.ts";
import { apiReason, isNotFound } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { controllerOf, isLiving, isOurs, isReady, mainContainerOf, podsIn, readyOf } from "./pods.ts";
import type { Controller } from "./undo.ts";

/** `id` is the pod's UID, `container` its name; `running` means ready. */
export interface FoundPod extends FoundTarget {
  node: string;
  /** The container whose main process is the target. */
  main: string;
  controller: Controller;
  /** How many pods of its controller are ready. */
  ready: number;
}

export function isPod(found: FoundTarget): found is FoundPod {
  return "controller" in found;
}

/** The namespace's consent, by the annotation `CONSENT_LABEL`; `null` without one. */
export async function consentOf({ core, namespace, context }: Cluster): Promise<boolean | null> {
  try {
    const { metadata } = await core.readNamespace({ name: namespace });
    const consent = metadata?.annotations?.[CONSENT_LABEL];
    return consent === undefined ? null : consent === "true";
  } catch (error) {
    throw usageFailure(
      `the namespace ${namespace} cannot be read`,
      `the API server of the context ${context}: ${apiReason(error)}`,
      isNotFound(error)
        ? "correct kubernetes.namespace in the description"
        : "check that the cluster can be reached, and grant the rights in docs/kubernetes.md",
    );
  }
}

/** In the order of the description. Throws a usage failure unless each is exactly one pod, and all are different. */
export async function findPods(cluster: Cluster, targets: OwnSystem["targets"], allows: boolean | null) {
  const found: FoundPod[] = [];
  for (const [name, { is, site, find }] of Object.entries(targets)) {
    if (!("pod" in find)) throw new Error(`the target ${name} is not a pod`);
    const labelSelector = Object.entries(find.pod)
      .map((label) => label.join("="))
      .join(",");
    const listed = await podsIn(cluster, { labelSelector }).catch((error: unknown) => {
      throw usageFailure(
        `the pods of ${cluster.namespace} cannot be listed`,
        reasonOf(error),
        "grant the rights in docs/kubernetes.md",
      );
    });
    const matching = listed.filter((pod) => isLiving(pod) && !isOurs(pod));
    const [pod, ...more] = matching;
    const wanted = `it looks for a pod with ${labelSelector} in the namespace ${cluster.namespace}`;
    if (pod === undefined)
      throw usageFailure(
        `there is no pod for the target ${name}`,
        `${wanted}, and there is none`,
        "correct the description, or find out why it is missing",
      );
    if (more.length > 0)
      throw usageFailure(
        `the target ${name} is more than one pod`,
        `${wanted}, and finds ${matching.map(({ metadata }) => metadata?.name).join(", ")}`,
        "describe it so that it is one",
      );
    const { metadata = {}, spec } = pod;
    const { name: container = "", uid: id = "" } = metadata;
    const controller = controllerOf(pod);
    if (controller === null || controller.kind === "Node")
      throw usageFailure(
        `the target ${name} is a pod without a controller`,
        `nothing would create another ${container} after it is deleted`,
        "describe a pod of a Deployment, a StatefulSet or an operator",
      );
    const twin = found.find((other) => other.id === id);
    if (twin !== undefined)
      throw usageFailure(
        `the targets ${twin.name} and ${name} are one pod`,
        `both find ${container}`,
        "describe it once",
      );
    const { name: main, image } = mainContainerOf(pod);
    found.push({
      ...{ name, is, side: site ?? null, id, container, image, running: isReady(pod), allows },
      ...{ node: spec?.nodeName ?? "", main, controller, ready: await readyOf(cluster, controller) },
    });
  }
  return found;
}

/** Why nothing in it may be broken; `null` if it may. A namespace that refuses is never broken, even if proven. */
export function refusalOfNamespace(namespace: string, allows: boolean | null, proven: boolean): string | null {
  if (allows === false)
    return `the namespace ${namespace} has the annotation ${CONSENT_LABEL} with another value than true`;
  if (allows === true || proven) return null;
  return `the namespace ${namespace} has no annotation ${CONSENT_LABEL}: "true", and the description has no proof of the environment`;
}
