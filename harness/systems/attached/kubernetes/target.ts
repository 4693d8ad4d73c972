/** A target pod of an attached system. Before it is broken, the undo is on disk. */
import type { Kubernetes } from "../../../model/plan/own-system.ts";
import type { PodTarget } from "../../../system/pod.ts";
import { until } from "../../../system/waiting.ts";
import { droppedIn, RULES } from "../isolation.ts";
import type { Entry, Journal } from "../journal.ts";
import { apiReason } from "./api-error.ts";
import { scriptOnNode } from "./beside-pod.ts";
import type { Cluster } from "./cluster.ts";
import { cannotCrash, killScript } from "./crash.ts";
import { deletePod } from "./delete-pod.ts";
import { cordon, type Evicting, evicting, isUnschedulable, nodeToDrain } from "./drain.ts";
import type { FoundPod } from "./find-pods.ts";
import { type ArmedInPod, armInPod, newSwitchName, switchesIn } from "./isolation-switch.ts";
import { checkPod, mendPod } from "./mend-pod.ts";
import { containerStatus, podOf, readyOf } from "./pods.ts";
import { scriptIn } from "./script-in.ts";
import type { PodUndo } from "./undo.ts";

export interface AroundPods {
  /** The run's id: temporary pods in the cluster belong to the run. */
  run: string;
  cluster: Cluster;
  kubernetes: Kubernetes;
  journal: Journal;
  /** No isolation lasts longer. */
  ttlSeconds: number;
}

/** The present fault; only one at a time. `awaited`: it is healed, and its end goes into the journal when it is observed. */
interface Broken {
  entry: Entry;
  undo: PodUndo;
  armed: ArmedInPod | null;
  evicting: Evicting | null;
  awaited: boolean;
}

const MENDED_WITHIN_MS = 10_000;
/** A switch checks twice that it has ended the isolation, two seconds apart. */
const LEAVES_WITHIN_MS = 10_000;
const GONE_WITHIN_MS = 60_000;
/** The drill's schedule waits for this; a pod whose eviction is refused stays. */
const DRAINED_WITHIN_MS = 45_000;

export function podTargetOf(found: FoundPod, around: AroundPods): PodTarget {
  const { cluster, kubernetes, journal, run, ttlSeconds } = around;
  const { name, id, container, main, node, controller } = found;
  /** How many pods of its controller were ready before it was broken. */
  let before = found.ready;
  const { namespace } = cluster;
  const pod = { name: container, uid: id };
  const at = {
    cluster: { kubeconfig: kubeconfigOf(kubernetes), context: cluster.context, namespace },
    pod,
  };
  const { tools } = kubernetes.images;
  let broken: Broken | null = null;
  /** The injection in progress: healing waits for it. */
  let underWay: Promise<unknown> = Promise.resolve();
  /** Evictions of the last drain, kept after its end: refusals are part of the evidence. */
  let evictions: Evicting | null = null;

  const present = async () => {
    const seen = await podOf(cluster, pod);
    if (seen === null) throw new Error(`the pod ${container} of ${name} is gone`);
    return seen;
  };
  const breakIt = (...what: Parameters<typeof tryToBreak>): Promise<void> => {
    const breaking = tryToBreak(...what);
    underWay = breaking.catch(() => {});
    return breaking;
  };
  const tryToBreak = async (fault: string, undo: PodUndo, act: (broken: Broken) => Promise<unknown>) => {
    if (broken !== null) throw new Error(`${name} is already broken`);
    await present();
    const entry = journal.begin({ fault, of: name, undo });
    broken = { entry, undo, armed: null, evicting: null, awaited: false };
    try {
      await act(broken);
    } catch (error) {
      // It may be half done, so it is undone. If that fails, the switch and the journal remain.
      await mendIt(undo.how).catch(() => {});
      throw error;
    }
  };
  const mendIt = async (how: PodUndo["how"]): Promise<boolean> => {
    if (broken?.undo.how !== how) return false;
    const { entry, undo, armed, evicting } = broken;
    await evicting?.end();
    const { before, after } = await mendPod(cluster, undo, MENDED_WITHIN_MS);
    if (after.is === "broken") throw new Error(`${name} could not be healed: ${after.seen}`);
    journal.healed(entry, after.seen);
    armed?.disarm();
    broken = null;
    return before.is === "broken";
  };
  const heal = async (how: PodUndo["how"]) => {
    await underWay;
    await mendIt(how);
  };
  /** For faults that end by themselves: a later check observes the end. */
  const awaitEnd = (how: PodUndo["how"]) => {
    if (broken?.undo.how === how) broken.awaited = true;
  };
  const settle = async () => {
    if (broken === null || !broken.awaited) return;
    const { entry, undo } = broken;
    const seen = await checkPod(cluster, undo);
    if (seen.is === "broken") return;
    journal.healed(entry, seen.seen);
    broken = null;
  };
  const isGone = async () => (await podOf(cluster, pod)) === null;
  const untilGone = (deadlineMs: number) =>
    until({ what: `the pod ${container} to be gone`, deadlineMs }, isGone).catch(() => false);

  return {
    ...{ name, id },
    status: async () => ({
      running: containerStatus(await present(), main)?.state?.running !== undefined,
      frozen: false,
    }),
    startedAt: async () => {
      const seen = await podOf(cluster, pod);
      const { state, restartCount, lastState } = (seen && containerStatus(seen, main)) ?? {};
      await settle();
      if (seen === null) return (await readyOf(cluster, controller)) >= before ? "another pod is in its place" : null;
      if (state?.running === undefined) return null;
      const last =
        lastState?.terminated === undefined ? "" : `, the last one ended with ${lastState.terminated.exitCode}`;
      return `${state.running.startedAt?.toISOString()}, after ${restartCount} restarts${last}`;
    },
    crash: () =>
      breakIt("target-crash", { how: "await-restart", ...at, container: main }, async () => {
        const script = killScript(containerStatus(await present(), main)?.containerID);
        const ran = await scriptOnNode(cluster, { run, image: tools, node, script }).catch((error) => {
          throw cannotCrash(found, apiReason(error));
        });
        if (ran.exitCode !== 0) throw cannotCrash(found, ran.output.trim());
      }),
    startAgain: async () => {
      awaitEnd("await-restart");
      return false;
    },
    isolate: async () => {
      await refuseToIsolate(cluster, found);
      const by = newSwitchName();
      await breakIt("target-isolation", { how: "let-in", ...at, by, image: tools }, async (broken) => {
        broken.armed = await armInPod(cluster, pod, { name: by, image: tools, ttlSeconds });
      });
    },
    rejoin: () => heal("let-in"),
    packetsDropped: async () => {
      const [by] = await switchesIn(cluster, pod);
      if (by === undefined) return null;
      const { exitCode, output } = await scriptIn(cluster, { pod: container, container: by }, RULES);
      if (exitCode !== 0) throw new Error(`the rules around ${name} cannot be listed: ${output.trim()}`);
      return droppedIn(output);
    },
    remove: async () => {
      // More pods may have become ready since it was found; one of these would pass for the replacement.
      before = Math.max(before, await readyOf(cluster, controller));
      await breakIt("pod-kill", { how: "await-replacement", ...at, controller, ready: before }, async () => {
        await deletePod(cluster, pod);
        await untilGone(GONE_WITHIN_MS);
      });
    },
    awaitReplacement: async () => awaitEnd("await-replacement"),
    replacement: async () => {
      const [gone, ready] = await Promise.all([isGone(), readyOf(cluster, controller, id)]);
      await settle();
      return { gone, ready, before };
    },
    drain: async () => {
      refuseToDrain(found);
      const uid = await nodeToDrain(cluster, node);
      const undo = { how: "uncordon", cluster: at.cluster, node: { name: node, uid }, by: `${run}-${name}` } as const;
      await breakIt("node-drain", undo, async (broken) => {
        await cordon(cluster, { name: node, uid, by: undo.by });
        evictions = evicting(cluster, node, ttlSeconds * 1000);
        broken.evicting = evictions;
        await untilGone(DRAINED_WITHIN_MS);
      });
    },
    undrain: () => heal("uncordon"),
    drained: async () => ({
      ...{ node, unschedulable: await isUnschedulable(cluster, node) },
      ...(evictions?.seen() ?? { evicted: [], refused: 0, refusal: null }),
    }),
  };
}

/** Throws if it has its node's network, or is already isolated. */
export async function refuseToIsolate(cluster: Cluster, { name, container, id }: FoundPod): Promise<void> {
  const pod = { name: container, uid: id };
  const seen = await podOf(cluster, pod);
  if (seen?.spec?.hostNetwork === true)
    throw new Error(`${name} has the network of its node; isolating it would isolate the node`);
  // A switch that is about to exit would also undo the new isolation.
  const left = async () => (await switchesIn(cluster, pod)).length === 0;
  const waiting = { what: `the end of an earlier isolation of ${name}`, deadlineMs: LEAVES_WITHIN_MS };
  if (!(await until(waiting, left).catch(() => false))) throw new Error(`${name} is already isolated`);
}

export function refuseToDrain({ name, controller }: FoundPod): void {
  if (controller.kind === "DaemonSet")
    throw new Error(`${name} belongs to a DaemonSet, whose pods a drain leaves alone`);
}

/** For healing without this description. Both are absolute paths since the start of the command. */
function kubeconfigOf({ kubeconfig }: Kubernetes): string | null {
  return kubeconfig ?? (process.env.KUBECONFIG || null);
}
