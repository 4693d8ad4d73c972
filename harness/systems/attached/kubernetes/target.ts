/** One pod of an own system, as something that can be broken; what undoes it is on disk before. */
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
  /** Its id: what is started in the cluster for a moment is one of the run's. */
  run: string;
  cluster: Cluster;
  kubernetes: Kubernetes;
  journal: Journal;
  /** No isolation lasts longer. */
  ttlSeconds: number;
}

/** One at a time. `told`: its end is waited for, and is written down when it is seen. */
interface Broken {
  entry: Entry;
  undo: PodUndo;
  armed: ArmedInPod | null;
  evicting: Evicting | null;
  told: boolean;
}

const MENDED_WITHIN_MS = 10_000;
/** A switch looks twice whether it has undone the isolation, two seconds apart. */
const LEAVES_WITHIN_MS = 10_000;
const GONE_WITHIN_MS = 60_000;
/** The schedule of the drill waits for it, and who may not be evicted stays. */
const DRAINED_WITHIN_MS = 45_000;

export function podTargetOf(found: FoundPod, around: AroundPods): PodTarget {
  const { cluster, kubernetes, journal, run, ttlSeconds } = around;
  const { name, id, container, main, node, controller } = found;
  /** So many pods of its controller were ready, before it was broken. */
  let before = found.ready;
  const { namespace } = cluster;
  const pod = { name: container, uid: id };
  const at = {
    cluster: { kubeconfig: kubeconfigOf(kubernetes), context: cluster.context, namespace },
    pod,
  };
  const { tools } = kubernetes.images;
  let broken: Broken | null = null;
  /** What is being broken: healing waits for it. */
  let underWay: Promise<unknown> = Promise.resolve();
  /** Of the last drain, also when it is over: what was refused in it is part of what was seen. */
  let evictions: Evicting | null = null;

  const look = async () => {
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
    if (broken !== null) throw new Error(`${name} is broken already`);
    await look();
    const entry = journal.begin({ fault, of: name, undo });
    broken = { entry, undo, armed: null, evicting: null, told: false };
    try {
      await act(broken);
    } catch (error) {
      // Whether half of it was done is seen by undoing it. If it cannot be, the switch and the journal remain.
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
  /** What ends by itself is seen by one of the looks. */
  const tell = (how: PodUndo["how"]) => {
    if (broken?.undo.how === how) broken.told = true;
  };
  const settle = async () => {
    if (broken === null || !broken.told) return;
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
    status: async () => ({ running: containerStatus(await look(), main)?.state?.running !== undefined, frozen: false }),
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
        const script = killScript(containerStatus(await look(), main)?.containerID);
        const ran = await scriptOnNode(cluster, { run, image: tools, node, script }).catch((error) => {
          throw cannotCrash(found, apiReason(error));
        });
        if (ran.exitCode !== 0) throw cannotCrash(found, ran.output.trim());
      }),
    startAgain: async () => {
      tell("await-restart");
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
      // More of them may have become ready since it was found: then one that is there already would pass for another.
      before = Math.max(before, await readyOf(cluster, controller));
      await breakIt("pod-kill", { how: "await-replacement", ...at, controller, ready: before }, async () => {
        await deletePod(cluster, pod);
        await untilGone(GONE_WITHIN_MS);
      });
    },
    awaitReplacement: async () => tell("await-replacement"),
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

/** Where it shares somebody else's network, or is isolated already. */
export async function refuseToIsolate(cluster: Cluster, { name, container, id }: FoundPod): Promise<void> {
  const pod = { name: container, uid: id };
  const seen = await podOf(cluster, pod);
  if (seen?.spec?.hostNetwork === true)
    throw new Error(`${name} has the network of its node, and to isolate it would isolate the node`);
  // One that is about to leave would undo what it sees.
  const left = async () => (await switchesIn(cluster, pod)).length === 0;
  const waiting = { what: `the end of an earlier isolation of ${name}`, deadlineMs: LEAVES_WITHIN_MS };
  if (!(await until(waiting, left).catch(() => false))) throw new Error(`${name} is isolated already`);
}

export function refuseToDrain({ name, controller }: FoundPod): void {
  if (controller.kind === "DaemonSet")
    throw new Error(`${name} belongs to a DaemonSet, whose pods a drain leaves alone`);
}

/** For whoever heals without this description. Both are whole paths since the command began. */
function kubeconfigOf({ kubeconfig }: Kubernetes): string | null {
  return kubeconfig ?? (process.env.KUBECONFIG || null);
}
