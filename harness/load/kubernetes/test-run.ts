/** The load as a TestRun of k6-operator, which creates a Job per runner and gives k6 its segment. */
import type { V1Container, V1ObjectMeta } from "@kubernetes/client-node";
import type { Marks } from "../../systems/attached/kubernetes/marks.ts";
import { type ClusterOptions, scriptsOf } from "./options.ts";
import { CONTAINER_SECURITY, environment, K6_OPTIONS, keeper, MOUNTS, POD_SECURITY, volumes } from "./pod.ts";
import { ENTRY } from "./scripts.ts";

/** What k6-operator passes on to a pod. */
interface PodOfTestRun {
  image: string;
  automountServiceAccountToken: "false";
  metadata?: Marks;
  env: ReturnType<typeof environment>;
  volumes: ReturnType<typeof volumes>;
  volumeMounts: typeof MOUNTS;
  securityContext: typeof POD_SECURITY;
  containerSecurityContext: typeof CONTAINER_SECURITY;
  initContainers?: (V1Container & { restartPolicy: "Always" })[];
}

export interface TestRun {
  apiVersion: "k6.io/v1alpha1";
  kind: "TestRun";
  metadata: V1ObjectMeta;
  spec: {
    parallelism: number;
    script: { configMap: { name: string; file: string } };
    arguments: string;
    paused: "false";
    runner: PodOfTestRun;
    initializer: PodOfTestRun & { disabled: true };
  };
}

export function testRunOf(options: ClusterOptions): TestRun {
  const { name, namespace, images, runners, marks } = options;
  const pod: PodOfTestRun = {
    image: images.k6,
    automountServiceAccountToken: "false",
    env: environment(options),
    volumes: volumes(options),
    volumeMounts: MOUNTS,
    securityContext: POD_SECURITY,
    containerSecurityContext: CONTAINER_SECURITY,
  };
  return {
    apiVersion: "k6.io/v1alpha1",
    kind: "TestRun",
    metadata: { name, namespace, ...marks },
    spec: {
      parallelism: runners,
      script: { configMap: { name: scriptsOf(name), file: ENTRY } },
      arguments: K6_OPTIONS.join(" "),
      // The runners wait for the start signal. They need not also wait for k6-operator, which unpauses one after the
      // other.
      paused: "false",
      runner: {
        ...pod,
        metadata: marks,
        // Only a native sidecar, an init container that keeps running, can run beside k6.
        initContainers: [{ ...keeper(options), restartPolicy: "Always" }],
      },
      // The initializer only parses the script once more, and needs a shell in k6's image.
      initializer: { ...pod, disabled: true },
    },
  };
}
