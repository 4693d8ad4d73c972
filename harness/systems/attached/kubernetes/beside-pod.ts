/** Runs a command in a temporary pod on a target's node. */
import { randomBytes } from "node:crypto";
import type { V1ContainerState, V1Pod } from "@kubernetes/client-node";
import { until } from "../../../system/waiting.ts";
import type { Ran } from "../beside.ts";
import { apiReason, FORBIDDEN, orNull, statusOf } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { marksOf } from "./marks.ts";

const ENDS_WITHIN_MS = 90_000;

export interface BesidePod {
  run: string;
  image: string;
  node: string;
  script: string;
}

/** If we die in between, the pod ends by itself and is removed with the rest of the run. */
export async function scriptOnNode(cluster: Cluster, what: BesidePod): Promise<Ran> {
  const { core, namespace } = cluster;
  const pod = podOnNode(what);
  const name = pod.metadata?.name ?? "";
  await admitted(core.createNamespacedPod({ namespace, body: pod }), namespace);
  try {
    const waiting = { what: `${name} to end on ${what.node}`, deadlineMs: ENDS_WITHIN_MS, everyMs: 100 };
    const ended = await until(waiting, async () => {
      const { status } = (await orNull(core.readNamespacedPod({ name, namespace }))) ?? {};
      const state = status?.containerStatuses?.[0]?.state;
      if (state?.terminated !== undefined) return { ...state.terminated, why: null };
      // A pod that the kubelet refuses has no container.
      const refused =
        status?.phase === "Failed" ? (status.message ?? status.reason ?? "its node refuses it") : undefined;
      const why = neverStarts(state) ?? refused;
      return why === undefined ? null : { exitCode: 1, why };
    });
    if (ended.why !== null) throw new Error(`${what.image} cannot be started on ${what.node}: ${ended.why}`);
    const output = await core.readNamespacedPodLog({ name, namespace }).catch(() => "");
    return { exitCode: ended.exitCode, output };
  } finally {
    await orNull(core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 }));
  }
}

/** Checks that it would be admitted; starts nothing. */
export async function wouldStart({ core, namespace }: Cluster, what: BesidePod): Promise<void> {
  await admitted(core.createNamespacedPod({ namespace, body: podOnNode(what), dryRun: "All" }), namespace);
}

/** It sees all processes of its node and may send them signals; it has no other rights. */
function podOnNode({ run, image, node, script }: BesidePod): V1Pod {
  const small = { cpu: "50m", memory: "64Mi" };
  return {
    metadata: {
      name: `fhirdrill-beside-${randomBytes(4).toString("hex")}`,
      ...marksOf(run),
    },
    spec: {
      nodeName: node,
      hostPID: true,
      restartPolicy: "Never",
      activeDeadlineSeconds: ENDS_WITHIN_MS / 1000,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // `nodeName` bypasses the scheduler and NoSchedule taints; a NoExecute taint would still evict it.
      tolerations: [{ operator: "Exists" }],
      containers: [
        {
          ...{ name: "beside", image, imagePullPolicy: "IfNotPresent", command: ["bash", "-c", script] },
          resources: { requests: small, limits: small },
          securityContext: {
            ...{ runAsUser: 0, runAsNonRoot: false, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            capabilities: { drop: ["ALL"], add: ["KILL"] },
          },
        },
      ],
    },
  };
}

/** The kubelet's reason why a waiting container will never start; `undefined` if it may still start. */
export function neverStarts(state: V1ContainerState | undefined): string | undefined {
  const { reason = "", message } = state?.waiting ?? {};
  return /^(ImagePullBackOff|ErrImageNeverPull|InvalidImageName|CreateContainer\w*Error|RunContainerError)$/.test(
    reason,
  )
    ? (message ?? reason)
    : undefined;
}

/** Explains what the namespace's Pod Security or the caller's rights do not allow. */
export async function admitted<T>(asked: Promise<T>, namespace: string): Promise<T> {
  return asked.catch((error: unknown) => {
    const why = apiReason(error);
    if (statusOf(error) !== FORBIDDEN) throw new Error(why, { cause: error });
    const todo = why.includes("PodSecurity")
      ? `the Pod Security of the namespace ${namespace} must admit it: pod-security.kubernetes.io/enforce: privileged`
      : "a drill needs the rights in examples/kubernetes/rbac.yaml";
    throw new Error(`${why}; ${todo}`, { cause: error });
  });
}
