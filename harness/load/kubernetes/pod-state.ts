/** What the status of a runner's pod says of it. */
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { K6, KEEPER } from "./pod.ts";

export type PodState =
  /** `seconds`: what mends itself may take so long. */
  | { is: "waiting"; why: string; seconds: number }
  | { is: "running" }
  /** k6 has; the pod may still be there. */
  | { is: "ended"; exitCode: number }
  /** Without a word of how k6 ended. */
  | { is: "lost"; why: string };

export const DELETED = "somebody deleted it";

/** A node may have to be made first. */
const DEFAULT_SECONDS = 300;
/** By its reason: how long one that is waiting for that may go on to wait. */
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
  // What ended k6 says more than its code.
  const letGo = ended?.exitCode === 0 ? null : whyOf(pod);
  if (ended !== undefined)
    return letGo === null ? { is: "ended", exitCode: ended.exitCode } : { is: "lost", why: letGo };
  const keeper = pod.status?.containerStatuses?.find(({ name }) => name === KEEPER)?.state?.terminated;
  if (keeper !== undefined)
    return { is: "lost", why: `its keeper has ended with code ${keeper.exitCode}: ${keeper.message ?? keeper.reason}` };
  if (pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded")
    return { is: "lost", why: whyOf(pod) ?? `its phase is ${pod.status.phase}` };
  if (of(K6)?.state?.running !== undefined && of(KEEPER)?.state?.running !== undefined) return { is: "running" };
  const waiting = [of(KEEPER), of(K6)].map((status) => status?.state?.waiting).find(isTold);
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

/** Why somebody let it go: an eviction, a node that is drained, or that somebody deleted it; `null` while nobody does. */
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

/** Of k6-operator's pods, the keeper is started before k6. */
function allStatuses({ status }: V1Pod): V1ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/** These are said of any container on its way. */
function isTold(waiting: { reason?: string } | undefined): boolean {
  return waiting?.reason !== undefined && !["ContainerCreating", "PodInitializing"].includes(waiting.reason);
}
