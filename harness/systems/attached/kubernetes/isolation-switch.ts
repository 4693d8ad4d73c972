/**
 * Isolates a pod from its network, with a dead man's switch: the script of an ephemeral container in the pod drops every
 * packet and receives our heartbeat on its stdin. It ends the isolation and exits when the heartbeat stops, the connection ends
 * or the time to live is over. The connection uses the node's kubelet, not the pod's network, so it survives the isolation.
 *
 * The switch does not depend on this machine for that. Kubernetes cannot remove an ephemeral container from its pod: its
 * terminated entry stays in the pod's description for the life of the pod.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { PatchStrategy, setHeaderOptions, type V1EphemeralContainer } from "@kubernetes/client-node";
import { until } from "../../../system/waiting.ts";
import { isolationSwitch } from "../switch-script.ts";
import { admitted, neverStarts } from "./beside-pod.ts";
import type { Cluster } from "./cluster.ts";
import { ephemeralStatus, type NamedPod, podOf } from "./pods.ts";

const BEAT_MS = 2000;
/** After so many missed beats we count as dead. */
const MISSED = 3;
/** Its image may have to be pulled. */
const STARTS_WITHIN_MS = 120_000;
const ARMED_WITHIN_MS = 30_000;

const PREFIX = "fhirdrill-isolation";
const STRATEGIC = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

export interface ArmedInPod {
  /** Ends the connection: the switch undoes what is left, and exits. */
  disarm: () => void;
}

export function newSwitchName(): string {
  return `${PREFIX}-${randomBytes(4).toString("hex")}`;
}

/** Resolves when every packet is dropped and the switch receives our heartbeat; if it rejects, nothing is left of it. */
export async function armInPod(
  cluster: Cluster,
  pod: NamedPod,
  { name, image, ttlSeconds }: { name: string; image: string; ttlSeconds: number },
): Promise<ArmedInPod> {
  const at = { pod: pod.name, container: name };
  const script = isolationSwitch((BEAT_MS * MISSED) / 1000, ttlSeconds);
  await addContainer(cluster, pod, { name, image, script, listens: true });
  await untilRuns(cluster, pod, name);
  let output = "";
  let markArmed: () => void = () => {};
  const armed = new Promise<void>((resolve) => {
    markArmed = resolve;
  });
  const line = await cluster.attach(at, (chunk) => {
    output += chunk.toString("utf8");
    if (output.includes("armed\n")) markArmed();
  });
  // It does nothing before it gets this: its earlier output would be lost.
  line.write("begin\n");
  const late = sleep(ARMED_WITHIN_MS, "late" as const, { ref: false });
  const first = await Promise.race([armed, line.left.then(() => "left" as const), late]);
  if (first !== undefined) {
    line.close();
    const why =
      first === "late" ? `no answer within ${ARMED_WITHIN_MS / 1000} s` : output.replaceAll(/\s+/g, " ").trim();
    throw new Error(`the pod could not be isolated: ${why || "its container ended"}`);
  }
  const beat = setInterval(() => line.write("beat\n"), BEAT_MS);
  // Does not keep the process alive: when it ends, so does the fault.
  beat.unref();
  void line.left.then(() => clearInterval(beat));
  return {
    disarm: () => {
      clearInterval(beat);
      line.close();
    },
  };
}

/** Runs a script to its end in a new ephemeral container; resolves with its exit code. */
export async function scriptInPod(
  cluster: Cluster,
  pod: NamedPod,
  what: { name: string; image: string; script: string },
): Promise<number> {
  await addContainer(cluster, pod, { ...what, listens: false });
  const waiting = { what: `${what.name} to end in ${pod.name}`, deadlineMs: STARTS_WITHIN_MS, everyMs: 200 };
  return until(waiting, async () => (await stateIn(cluster, pod, what.name))?.terminated?.exitCode ?? null);
}

/** Checks that a switch could be added; adds none. */
export async function wouldIsolate(cluster: Cluster, pod: NamedPod, image: string): Promise<void> {
  await addContainer(cluster, pod, { name: newSwitchName(), image, script: "true", listens: true }, true);
}

/** The names of our running switches in a pod. */
export async function switchesIn(cluster: Cluster, pod: NamedPod): Promise<string[]> {
  const all = (await podOf(cluster, pod))?.status?.ephemeralContainerStatuses ?? [];
  return all
    .filter(({ name, state }) => name.startsWith(PREFIX) && state?.running !== undefined)
    .map(({ name }) => name);
}

async function addContainer(
  { core, namespace }: Cluster,
  { name, uid }: NamedPod,
  { listens, script, ...what }: { name: string; image: string; script: string; listens: boolean },
  dry = false,
): Promise<void> {
  const container: V1EphemeralContainer = {
    ...what,
    imagePullPolicy: "IfNotPresent",
    command: ["bash", "-c", script],
    ...(listens ? { stdin: true, stdinOnce: true } : {}),
    securityContext: {
      ...{ runAsUser: 0, runAsNonRoot: false, allowPrivilegeEscalation: false },
      capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "NET_RAW"] },
    },
  };
  // With the UID: another pod with that name must not be changed.
  const body = { metadata: { uid }, spec: { ephemeralContainers: [container] } };
  const dryRun = dry ? { dryRun: "All" } : {};
  await admitted(
    core.patchNamespacedPodEphemeralcontainers({ name, namespace, body, ...dryRun }, STRATEGIC),
    namespace,
  );
}

async function untilRuns(cluster: Cluster, pod: NamedPod, name: string): Promise<void> {
  const waiting = { what: `${name} to run in ${pod.name}`, deadlineMs: STARTS_WITHIN_MS, everyMs: 100 };
  const { running, waiting: waits } = await until(waiting, async () => {
    const state = await stateIn(cluster, pod, name);
    const { running, terminated } = state ?? {};
    return (running ?? terminated ?? neverStarts(state)) === undefined ? null : (state ?? null);
  });
  if (running !== undefined) return;
  throw new Error(`the pod could not be isolated: ${waits?.message ?? waits?.reason ?? `${name} ended at once`}`);
}

async function stateIn(cluster: Cluster, pod: NamedPod, name: string) {
  const found = await podOf(cluster, pod);
  if (found === null) throw new Error(`the pod ${pod.name} is gone`);
  return ephemeralStatus(found, name)?.state;
}
