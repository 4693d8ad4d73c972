/** The load as an Indexed Job: as many pods as there are runners, each of which knows by its index which of them it is. */
import type { V1Job } from "@kubernetes/client-node";
import type { ClusterOptions } from "./options.ts";
import { CONTAINER_SECURITY, environment, K6, K6_OPTIONS, keeper, MOUNTS, POD_SECURITY, volumes } from "./pod.ts";
import { SCRIPT_IN_POD } from "./scripts.ts";

export const INDEX = "batch.kubernetes.io/job-completion-index";

/** Long enough to look at what has ended, where nobody removed it. */
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
      // A runner that dies is not replaced, as another would do its part again; and the others go on, as containers do.
      ...{ backoffLimitPerIndex: 0, podReplacementPolicy: "Failed" },
      ...{ activeDeadlineSeconds: deadlineSeconds, ttlSecondsAfterFinished: LEFT_SECONDS },
      template: {
        metadata: marks,
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          // Else a service called "k6" would set k6's options.
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
