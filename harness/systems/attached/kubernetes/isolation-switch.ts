/**
 * Cuts a pod off from its network, and lets it in again where the fault lives if we are gone: an ephemeral container in the
 * pod, whose script drops every packet, hears a beat through its input, and ends both when the beat stops, the line ends or the
 * time to live is over. Its line goes by the node's kubelet and not by the pod's network, so it stands while the pod is cut off.
 *
 * It needs nothing of this machine for that. Kubernetes has no way to take an ephemeral container out of its pod again: its
 * ended entry stays in the pod's description for as long as there is the pod.
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
/** So many beats missed mean that we are gone. */
const MISSED = 3;
/** Its image may have to be pulled. */
const STARTS_WITHIN_MS = 120_000;
const ARMED_WITHIN_MS = 30_000;

const PREFIX = "fhirdrill-isolation";
const STRATEGIC = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

export interface ArmedInPod {
  /** Lets go of it: it undoes what is left, and ends. */
  disarm: () => void;
}

export function newSwitchName(): string {
  return `${PREFIX}-${randomBytes(4).toString("hex")}`;
}

/** Resolves when every packet is dropped and the switch hears us; rejects when it cannot be; then nothing is left of it. */
export async function armInPod(
  cluster: Cluster,
  pod: NamedPod,
  { name, image, ttlSeconds }: { name: string; image: string; ttlSeconds: number },
): Promise<ArmedInPod> {
  const at = { pod: pod.name, container: name };
  const script = isolationSwitch((BEAT_MS * MISSED) / 1000, ttlSeconds);
  await addContainer(cluster, pod, { name, image, script, listens: true });
  await untilRuns(cluster, pod, name);
  let said = "";
  let stands: () => void = () => {};
  const armed = new Promise<void>((resolve) => {
    stands = resolve;
  });
  const line = await cluster.attach(at, (piece) => {
    said += piece.toString("utf8");
    if (said.includes("armed\n")) stands();
  });
  // It does nothing before it hears that we hear it.
  line.write("begin\n");
  const late = sleep(ARMED_WITHIN_MS, "late" as const, { ref: false });
  const first = await Promise.race([armed, line.left.then(() => "left" as const), late]);
  if (first !== undefined) {
    line.close();
    const why =
      first === "late" ? `it said nothing for ${ARMED_WITHIN_MS / 1000} s` : said.replaceAll(/\s+/g, " ").trim();
    throw new Error(`the pod could not be isolated: ${why || "its container ended"}`);
  }
  const beat = setInterval(() => line.write("beat\n"), BEAT_MS);
  // A process that has nothing else to do may end, and the fault with it.
  beat.unref();
  void line.left.then(() => clearInterval(beat));
  return {
    disarm: () => {
      clearInterval(beat);
      line.close();
    },
  };
}

/** Runs a script in an ephemeral container of its own to its end; resolves with its exit code. */
export async function scriptInPod(
  cluster: Cluster,
  pod: NamedPod,
  what: { name: string; image: string; script: string },
): Promise<number> {
  await addContainer(cluster, pod, { ...what, listens: false });
  const waiting = { what: `${what.name} to end in ${pod.name}`, deadlineMs: STARTS_WITHIN_MS, everyMs: 200 };
  return until(waiting, async () => (await stateIn(cluster, pod, what.name))?.terminated?.exitCode ?? null);
}

/** Whether one could be added: nothing is. */
export async function wouldIsolate(cluster: Cluster, pod: NamedPod, image: string): Promise<void> {
  await addContainer(cluster, pod, { name: newSwitchName(), image, script: "true", listens: true }, true);
}

/** The containers of ours that are in force in a pod, by their name. */
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
  // The UID: another pod of that name is none of ours.
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
