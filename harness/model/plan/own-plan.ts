/**
 * What a drill would do to somebody's own system, in words and as a hash of everything that decides it. A drill
 * requires the hash, so that it does exactly what was agreed to.
 */
import { hash } from "node:crypto";
import type { FaultSpec } from "./fault.ts";
import type { Hook, OwnSystem, Step } from "./own-system.ts";
import type { Scenario } from "./scenario.ts";

export interface Agreed {
  version: string;
  name: string;
  own: OwnSystem;
  scenario: Scenario;
  /** As they were found; `node`: of a pod. */
  targets: readonly { name: string; id: string; container: string; image: string; node?: string | undefined }[];
  /** The owners of the pods that a drain evicts, as "ReplicaSet server". */
  evicted: readonly string[];
}

const HASH_CHARACTERS = 12;

export function planHash({ version, name, own, scenario, targets, evicted }: Agreed): string {
  const ids = targets.map(({ name, id, image, node }) => (node === undefined ? [name, id] : [name, id, image, node]));
  const known = { version, name, own, scenario, ids, evicted };
  return hash("sha256", JSON.stringify(known, inOrder)).slice(0, HASH_CHARACTERS);
}

/** Sorts keys, so that their order in the settings does not matter. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1)));
}

/**
 * What is done to what and how it is undone, one line each. Argument vectors are shown verbatim; no shell expands them.
 */
export function actsOn({ own, scenario, targets, evicted }: Omit<Agreed, "version" | "name">): string[] {
  return scenario.faults.flatMap((fault) => {
    if (fault.kind === "hook") return hookLines(fault.hook, own.hooks[fault.hook]);
    if (!("target" in fault)) return [];
    const found = targets.find(({ name }) => name === fault.target);
    const which = found ? `${found.container} (${found.id.slice(0, 12)}, ${found.image})` : fault.target;
    if (found?.node === undefined) return [`${fault.target}: ${DOES[fault.kind]} ${which}`];
    return [
      `${fault.target}: ${(DOES_TO_PODS[fault.kind] ?? DOES[fault.kind]).replace("NODE", found.node)} ${which}`,
      ...(fault.kind === "node-drain" ? [`  evicted are the pods of ${evicted.join(", ")}`] : []),
    ];
  });
}

type Kind = Extract<FaultSpec, { target: string }>["kind"];

const DOES: Record<Kind, string> = {
  "target-loss": "the engine kills, and starts again to heal, the container",
  "target-crash": "SIGKILL to the main process of the container",
  "target-freeze": "the engine pauses, and unpauses to heal, the container",
  "target-starvation": "the engine limits the processor, and lifts the limit to heal, of the container",
  "target-isolation": "iptables drops, and lets through again to heal, all packets of the container",
  "pod-kill": "the API deletes, and its controller makes another of, the pod",
  "node-drain":
    "node NODE takes no new pods until it is healed, and those of the namespace on it are evicted (other namespaces' are left alone), among them the pod",
};

/** Faults that are injected differently into pods. */
const DOES_TO_PODS: Partial<Record<Kind, string>> = {
  "target-crash": "SIGKILL by a privileged pod on node NODE, removed at once, to the main process of the pod",
  "target-isolation":
    "iptables in an ephemeral container, which nobody can remove from its pod again, drops, and lets through again to heal, all packets of the pod",
};

function hookLines(name: string, hook: Hook | undefined): string[] {
  if (hook === undefined) return [];
  const end = hook.ttlSeconds === undefined ? "no end by itself" : `ends by itself after ${hook.ttlSeconds} s`;
  return [
    `${name}: ${end}`,
    ...(["inject", "evidence", "heal"] as const).map((act) => `  ${act}: ${argvText(hook[act])}`),
  ];
}

export function argvText({ argv, timeoutSeconds, folder }: Step): string {
  return `${JSON.stringify(argv)}${folder === undefined ? "" : ` in ${folder}`}, within ${timeoutSeconds} s`;
}
