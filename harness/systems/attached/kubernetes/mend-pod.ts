/** Checks a fault on a pod or its node, and undoes it. */
import { randomBytes } from "node:crypto";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { IS_CUT_OFF, REJOIN } from "../isolation.ts";
import { type Mended, mendBy, type Seen } from "../mend.ts";
import { NOBODY_CAME } from "../switch-script.ts";
import { orNull } from "./api-error.ts";
import { kubectlOf } from "./by-hand.ts";
import type { Cluster } from "./cluster.ts";
import { scriptInPod } from "./isolation-switch.ts";
import { containerStatus, ephemeralStatus, podOf, readyOf } from "./pods.ts";
import { scriptIn } from "./script-in.ts";
import { DRAINED_BY, type PodUndo, UNDRAINED, type UndoOf } from "./undo.ts";

export function mendPod(cluster: Cluster, undo: PodUndo, withinMs: number): Promise<Mended> {
  return mendBy({ check: () => checkPod(cluster, undo), act: () => act(cluster, undo) }, withinMs);
}

/** Rejects if the state is unknown. */
export async function checkPod(cluster: Cluster, undo: PodUndo): Promise<Seen> {
  switch (undo.how) {
    case "await-replacement":
      return checkReplacement(cluster, undo);
    case "await-restart":
      return checkRestart(cluster, undo);
    case "let-in":
      return checkIsolation(cluster, undo);
    case "uncordon":
      return checkNode(cluster, undo);
  }
}

/** The other faults end by themselves. */
async function act(cluster: Cluster, undo: PodUndo): Promise<void> {
  if (undo.how === "uncordon") await uncordon(cluster, undo);
  if (undo.how === "let-in") await letIn(cluster, undo);
}

async function checkReplacement(cluster: Cluster, undo: UndoOf<"await-replacement">): Promise<Seen> {
  const { pod, controller, ready: before } = undo;
  const found = await podOf(cluster, pod);
  if (found !== null && found.metadata?.deletionTimestamp === undefined)
    return { is: "whole", seen: `the pod ${pod.name} was not deleted` };
  const ready = await readyOf(cluster, controller, pod.uid);
  const seen = `${controller.kind} ${controller.name} has ${ready} ready pods without that one, and had ${before} with it`;
  return ready >= before ? { is: "whole", seen } : { is: "broken", seen, command: kubectlOf(undo) };
}

async function checkRestart(cluster: Cluster, undo: UndoOf<"await-restart">): Promise<Seen> {
  const found = await podOf(cluster, undo.pod);
  if (found === null) return replaced(undo.pod.name);
  const { state, restartCount } = containerStatus(found, undo.container) ?? {};
  if (state?.running !== undefined) return { is: "whole", seen: `it runs, after ${restartCount} restarts so far` };
  const how = state?.waiting?.reason ?? state?.terminated?.reason ?? "its state is unknown";
  return { is: "broken", seen: `its main process does not run: ${how}`, command: kubectlOf(undo) };
}

async function checkIsolation(cluster: Cluster, undo: UndoOf<"let-in">): Promise<Seen> {
  const { pod, by } = undo;
  const found = await podOf(cluster, pod);
  if (found === null) return replaced(pod.name);
  const broken = (seen: string): Seen => ({ is: "broken", seen, command: kubectlOf(undo) });
  const { running, terminated } = ephemeralStatus(found, by)?.state ?? {};
  if (running !== undefined) {
    const { exitCode, output } = await scriptIn(cluster, { pod: pod.name, container: by }, IS_CUT_OFF);
    if (exitCode === 0) return broken("every packet to it and from it is dropped");
    if (exitCode !== 1) throw new Error(`it is unknown whether it is isolated: ${output.trim()}`);
    return { is: "whole", seen: "nothing of ours is in its network" };
  }
  if (terminated === undefined || terminated.exitCode === NOBODY_CAME)
    return { is: "whole", seen: "it was not isolated" };
  if (terminated.exitCode === 0) return { is: "whole", seen: "its switch has ended the isolation and exited" };
  const ends = found.status?.ephemeralContainerStatuses?.filter(({ name }) => name.startsWith(endOf(by))) ?? [];
  if (ends.some(({ state }) => state?.terminated?.exitCode === 0))
    return { is: "whole", seen: "nothing of ours is in its network" };
  return broken(`its switch exited with ${terminated.exitCode}, and it is unknown what is left of the isolation`);
}

/** Through the switch; through another container if the switch has exited without ending the isolation. */
async function letIn(cluster: Cluster, { pod, by, image }: UndoOf<"let-in">): Promise<void> {
  const found = await podOf(cluster, pod);
  const at = { pod: pod.name, container: by };
  const { exitCode, output } =
    found !== null && ephemeralStatus(found, by)?.state?.running !== undefined
      ? await scriptIn(cluster, at, REJOIN)
      : await inAnother(cluster, { pod, by, image });
  if (exitCode !== 0) throw new Error(output.trim() || "the rules could not be removed");
}

async function inAnother(cluster: Cluster, { pod, by, image }: Pick<UndoOf<"let-in">, "pod" | "by" | "image">) {
  const name = `${endOf(by)}${randomBytes(2).toString("hex")}`;
  return { exitCode: await scriptInPod(cluster, pod, { name, image, script: REJOIN }), output: "" };
}

const endOf = (by: string) => `${by}-end-`;

async function checkNode(cluster: Cluster, undo: UndoOf<"uncordon">): Promise<Seen> {
  const { name, uid } = undo.node;
  const node = await orNull(cluster.core.readNode({ name }));
  if (node?.metadata?.uid !== uid) return { is: "replaced", seen: `the node ${name} is gone` };
  if (node.spec?.unschedulable !== true) return { is: "whole", seen: `the node ${name} takes pods` };
  return node.metadata.annotations?.[DRAINED_BY] === undo.by
    ? { is: "broken", seen: `the node ${name} is cordoned`, command: kubectlOf(undo) }
    : { is: "whole", seen: `the node ${name} is cordoned, not by this drill` };
}

async function uncordon({ core }: Cluster, { node: { name, uid } }: UndoOf<"uncordon">): Promise<void> {
  const body = { ...UNDRAINED, metadata: { uid, ...UNDRAINED.metadata } };
  await core.patchNode({ name, body }, setHeaderOptions("Content-Type", PatchStrategy.MergePatch));
}

function replaced(name: string): Seen {
  return { is: "replaced", seen: `the pod ${name} is gone, and the fault with it` };
}
