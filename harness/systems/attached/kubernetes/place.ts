/** An attached system in a Kubernetes cluster: its pods, their nodes, and their logs. */
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
/** During an update the API server may be down for a moment; the system continues without it. */
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

/** The boot ids of the nodes of all targets, without duplicates. */
async function bootIdsOf({ core }: Cluster, targets: readonly FoundPod[]): Promise<string> {
  const nodes = [...new Set(targets.map(({ node }) => node))];
  if (nodes.length === 0) throw new Error("without targets the nodes of the system are unknown");
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
    todo: "check that it answers, and run `heal`: an isolation ends by itself, a drain does not",
  };
  throw new DrillFailure(text);
}

/** The logs of all pods of the targets' controllers, for the duration of the drill; a deleted pod's logs are lost. */
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
            // The runtime may already have discarded the log from before a restart.
            (error) => previous || unread.push(`${name}: ${apiReason(error)}`),
          );
    }
  }
  if (unread.length === 0) return;
  throw new DrillFailure({
    what: "some logs could not be saved",
    why: unread.join("; "),
    todo: "grant the right to read pods/log, see docs/kubernetes.md",
  });
}

const never = (what: string) => (): never => {
  throw new Error(`a system in Kubernetes has no ${what}`);
};
