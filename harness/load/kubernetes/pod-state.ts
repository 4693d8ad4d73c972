/** The state of a runner's pod, from its status. */
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { K6, KEEPER } from "./pod.ts";

export type PodState =
  /** `seconds`: how long this reason may take to resolve itself. */
  | { is: "waiting"; why: string; seconds: number }
  | { is: "running" }
  /** k6 has ended; the pod may still exist. */
  | { is: "ended"; exitCode: number }
  /** The pod is gone or failed, and how k6 ended is unknown. */
  | { is: "lost"; why: string };

export const DELETED = "somebody deleted it";

/** A node may have to be created first. */
const DEFAULT_SECONDS = 300;
/** How long a container may wait, by its reason. */
const PATIENCE: Record<string, number> = {
  ...{ ErrImagePull: 60, ImagePullBackOff: 60 },
  ...{
    InvalidImageName: 10,
    ErrImageNeverPull: 10,
    CreateContainerConfigError: 20,
    CreateContainerError: 20,
    RunContainerError: 20,
  },
};

export function stateOf(pod: V1Pod): PodState {
  const of = (name: string) => allStatuses(pod).find((status) => status.name === name);
  const ended = of(K6)?.state?.terminated;
  // Why the pod was disrupted says more than k6's exit code.
  const disruption = ended?.exitCode === 0 ? null : whyOf(pod);
  if (ended !== undefined)
    return disruption === null ? { is: "ended", exitCode: ended.exitCode } : { is: "lost", why: disruption };
  const keeper = pod.status?.containerStatuses?.find(({ name }) => name === KEEPER)?.state?.terminated;
  if (keeper !== undefined)
    return { is: "lost", why: `its keeper has ended with code ${keeper.exitCode}: ${keeper.message ?? keeper.reason}` };
  if (pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded")
    return { is: "lost", why: whyOf(pod) ?? `its phase is ${pod.status.phase}` };
  if (of(K6)?.state?.running !== undefined && of(KEEPER)?.state?.running !== undefined) return { is: "running" };
  const waiting = [of(KEEPER), of(K6)].map((status) => status?.state?.waiting).find(isReason);
  if (waiting !== undefined) {
    const { reason = "", message } = waiting;
    return {
      is: "waiting",
      why: message ? `${reason}: ${message}` : reason,
      seconds: PATIENCE[reason] ?? DEFAULT_SECONDS,
    };
  }
  return {
    is: "waiting",
    why: unscheduled(pod) ?? whyOf(pod) ?? "its containers are not started",
    seconds: DEFAULT_SECONDS,
  };
}

/** Why the pod is being removed: eviction, node drain or deletion; `null` while it is not. */
export function whyOf({ status, metadata }: V1Pod): string | null {
  const disrupted = status?.conditions?.find(({ type, status }) => type === "DisruptionTarget" && status === "True");
  const [reason, message] = [disrupted?.reason ?? status?.reason, disrupted?.message ?? status?.message];
  if (reason !== undefined || message !== undefined)
    return [reason, message].filter((each) => each !== undefined).join(": ");
  return metadata?.deletionTimestamp === undefined ? null : DELETED;
}

function unscheduled({ status }: V1Pod): string | null {
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  return scheduled?.status === "False" ? `${scheduled.reason}: ${scheduled.message}` : null;
}

/** In k6-operator's pods, the keeper is an init container. */
function allStatuses({ status }: V1Pod): V1ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/** `ContainerCreating` and `PodInitializing` are no reasons: every starting container has them. */
function isReason(waiting: { reason?: string } | undefined): boolean {
  return waiting?.reason !== undefined && !["ContainerCreating", "PodInitializing"].includes(waiting.reason);
}
