/** The load as an Indexed Job: one pod per runner, which knows from its index which runner it is. */
import type { V1Job } from "@kubernetes/client-node";
import type { ClusterOptions } from "./options.ts";
import { CONTAINER_SECURITY, environment, K6, K6_OPTIONS, keeper, MOUNTS, POD_SECURITY, volumes } from "./pod.ts";
import { SCRIPT_IN_POD } from "./scripts.ts";

export const INDEX = "batch.kubernetes.io/job-completion-index";

/** Long enough to inspect a Job that has ended and that nobody removed. */
const LEFT_SECONDS = 600;

export function jobOf(options: ClusterOptions): V1Job {
  const { name, namespace, images, runners, marks, deadlineSeconds } = options;
  const index = {
    name: "FHIRDRILL_RUNNER_INDEX",
    valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${INDEX}']` } },
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, ...marks },
    spec: {
      ...{ completionMode: "Indexed", parallelism: runners, completions: runners },
      // A runner that dies is not replaced, because a new one would repeat its segment. The others go on, as containers
      // do.
      ...{ backoffLimitPerIndex: 0, podReplacementPolicy: "Failed" },
      ...{ activeDeadlineSeconds: deadlineSeconds, ttlSecondsAfterFinished: LEFT_SECONDS },
      template: {
        metadata: marks,
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          // Otherwise, a service called "k6" would set k6's options through its environment variables.
          enableServiceLinks: false,
          securityContext: POD_SECURITY,
          containers: [
            {
              name: K6,
              image: images.k6,
              command: ["k6", "run", "--quiet", ...K6_OPTIONS, SCRIPT_IN_POD],
              env: [...environment(options), index],
              volumeMounts: MOUNTS,
              securityContext: CONTAINER_SECURITY,
            },
            { ...keeper(options), securityContext: CONTAINER_SECURITY },
          ],
          volumes: volumes(options),
        },
      },
    },
  };
}
