/** An own system in a Kubernetes cluster: its pods, the nodes that they run on, and their logs. */
import { setTimeout as sleep } from "node:timers/promises";
import { DrillFailure } from "../../../model/program/failure.ts";
import type { Place } from "../place.ts";
import { apiReason } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import type { FoundPod } from "./find-pods.ts";
import { controllerOf, podsIn } from "./pods.ts";
import { removeRunFrom } from "./remove-run.ts";
import { type AroundPods, podTargetOf } from "./target.ts";

const PING_EVERY_MS = 3000;
/** An API server that is updated may be away for a moment, and the system goes on without it. */
const PINGS = 10;
const MOST_LOG_BYTES = 2 ** 26;

export function clusterPlace(targets: readonly FoundPod[], around: AroundPods): Place {
  const { cluster, run } = around;
  const pods = new Map(targets.map((found) => [found.name, podTargetOf(found, around)]));
  const pod = (name: string) => {
    const found = pods.get(name);
    if (found === undefined) throw new Error(`the description of the system has no target ${name}`);
    return found;
  };
  const begunMs = performance.now();
  return {
    ...{ target: pod, pod, container: never("containers of an engine") },
    // The load runs in the cluster, and each of its runners has a clock of its own.
    ...{ runBeside: never("place for a program beside it"), readClock: never("clock of its own") },
    bootId: () => bootIdsOf(cluster, targets),
    whenLost: (signal) => whenApiIsLost(cluster, signal),
    saveLogs: (save) => saveLogsOf(cluster, targets, performance.now() - begunMs, save),
    remove: async () => void (await removeRunFrom(cluster, run)),
  };
}

/** Of the nodes of all targets: one only where they share it. */
async function bootIdsOf({ core }: Cluster, targets: readonly FoundPod[]): Promise<string> {
  const nodes = [...new Set(targets.map(({ node }) => node))];
  if (nodes.length === 0) throw new Error("no target says on which nodes the system runs");
  const ids = await Promise.all(nodes.map(async (name) => (await core.readNode({ name })).status?.nodeInfo?.bootID));
  return [...new Set(ids)].join("\n");
}

async function whenApiIsLost({ core, namespace, context }: Cluster, signal: AbortSignal): Promise<never> {
  let why = "";
  for (let silent = 0; silent < PINGS; ) {
    await sleep(PING_EVERY_MS, undefined, { signal });
    silent = await core.readNamespace({ name: namespace }).then(
      () => 0,
      (error) => {
        why = apiReason(error);
        return silent + 1;
      },
    );
  }
  const text = {
    what: `the API server of the context ${context} is lost`,
    why,
    todo: "see that it answers, and run `heal`: an isolation ends by itself, a drained node does not",
  };
  throw new DrillFailure(text);
}

/** Of all pods of the targets' controllers, as long as the drill has lasted; those of a pod that is gone are gone with it. */
async function saveLogsOf(
  cluster: Cluster,
  targets: readonly FoundPod[],
  sinceMs: number,
  save: (name: string, text: Buffer) => void,
): Promise<void> {
  const { core, namespace } = cluster;
  const controllers = new Set(targets.map(({ controller }) => controller.uid));
  const mains = new Set(targets.map(({ main }) => main));
  const unread: string[] = [];
  for (const pod of await podsIn(cluster)) {
    if (!controllers.has(controllerOf(pod)?.uid ?? "")) continue;
    const { name = "" } = pod.metadata ?? {};
    for (const { name: container, restartCount } of pod.status?.containerStatuses ?? []) {
      if (!mains.has(container)) continue;
      for (const previous of restartCount > 0 ? [true, false] : [false])
        await core
          .readNamespacedPodLog({
            ...{ name, namespace, container, previous, timestamps: true, limitBytes: MOST_LOG_BYTES },
            ...(previous ? {} : { sinceSeconds: Math.ceil(sinceMs / 1000) }),
          })
          .then(
            (text) => save(previous ? `${name}-previous` : name, Buffer.from(text)),
            // The runtime keeps what was before a restart as long as it likes.
            (error) => previous || unread.push(`${name}: ${apiReason(error)}`),
          );
    }
  }
  if (unread.length === 0) return;
  throw new DrillFailure({
    what: "not every log could be saved",
    why: unread.join("; "),
    todo: "see that pods/log may be read, by docs/kubernetes.md",
  });
}

const never = (what: string) => (): never => {
  throw new Error(`a system in Kubernetes has no ${what}`);
};
