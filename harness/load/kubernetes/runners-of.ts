/** Finds the runners' pods of a Job or a TestRun, and which runner each is. */
import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import type { Kubernetes } from "../../model/plan/own-system.ts";
import { DrillFailure } from "../../model/program/failure.ts";
import { TEST_RUNS } from "../../systems/attached/kubernetes/test-runs.ts";
import { INDEX } from "./job.ts";
import type { Api } from "./objects.ts";
import type { ClusterOptions } from "./options.ts";
import type { PodsOptions } from "./runner-pods.ts";
import { within } from "./within.ts";

const ANSWERS_WITHIN_MS = 15_000;
const JOB_NAME = "batch.kubernetes.io/job-name";

export function podsOf(api: Api, how: Kubernetes["load"], options: ClusterOptions): PodsOptions {
  const { name, namespace, runners } = options;
  const list = (labelSelector: string) => async () =>
    (await within(ANSWERS_WITHIN_MS, "listing pods", api.core.listNamespacedPod({ namespace, labelSelector }))).items;
  if (how === "job")
    return {
      runners,
      list: list(`${JOB_NAME}=${name}`),
      indexOf: ({ metadata }) => numberIn(metadata?.labels?.[INDEX] ?? metadata?.annotations?.[INDEX]),
      whyNone: () => complaintOf(api, name, namespace),
    };
  return {
    runners,
    // k6-operator's labels for the runners of a TestRun.
    list: list(`app=k6,k6_cr=${name},runner=true`),
    indexOf: (pod) => numberOfJob(pod, name),
    whyNone: () => whyNoJobs(api, name, namespace),
  };
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** k6-operator's Jobs are called NAME-1, NAME-2 …. */
function numberOfJob({ metadata }: V1Pod, name: string): number | null {
  const job = metadata?.labels?.[JOB_NAME] ?? metadata?.labels?.["job-name"] ?? "";
  const number = job.startsWith(`${name}-`) ? numberIn(job.slice(name.length + 1)) : null;
  return number === null ? null : number - 1;
}

/** The Job controller's last warning, such as a quota or a policy that its pods violate. */
async function complaintOf({ core }: Api, name: string, namespace: string): Promise<string | null> {
  const fieldSelector = `involvedObject.kind=Job,involvedObject.name=${name},type=Warning`;
  const { items } = await core.listNamespacedEvent({ namespace, fieldSelector });
  const last = items.toSorted((x, y) => timeOf(x) - timeOf(y)).at(-1);
  return last ? `${last.reason}: ${last.message}` : null;
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return (lastTimestamp ?? eventTime ?? metadata.creationTimestamp)?.getTime() ?? 0;
}

interface Status {
  status?: { stage?: string };
}

async function whyNoJobs({ custom }: Api, name: string, namespace: string): Promise<string | null> {
  const found: Status = await custom.getNamespacedCustomObject({ ...TEST_RUNS, namespace, name });
  const stage = found.status?.stage ?? "";
  if (stage === "error")
    throw new DrillFailure({
      what: "k6-operator refuses the load",
      why: `the stage of the TestRun ${name} is "error"`,
      todo: "read the operator's log",
    });
  if (stage === "")
    return `k6-operator has not started the TestRun ${name}: is it running, and does it watch this namespace?`;
  return `k6-operator is at the stage "${stage}" of the TestRun ${name}`;
}
