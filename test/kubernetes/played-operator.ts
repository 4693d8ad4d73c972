/**
 * A fake of k6-operator, whose image is not available here, after its sources (v1.6.0 and e2c9571: runner.go,
 * segmentation.go, testrun_controller.go): a Job and a Service for each runner, called NAME-1 …, and the stages of the
 * TestRun.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type V1Container,
  type V1Job,
  type V1PodSpec,
  type V1Volume,
  type V1VolumeMount,
} from "@kubernetes/client-node";
import type { Cluster } from "../../harness/systems/attached/kubernetes/cluster.ts";
import type { Node } from "./cluster-node.ts";

const TEST_RUNS = { group: "k6.io", version: "v1alpha1", plural: "testruns" };
const EVERY_MS = 300;

interface PodSpec {
  image: string;
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  env?: V1Container["env"];
  volumes?: V1Volume[];
  volumeMounts?: V1VolumeMount[];
  initContainers?: V1Container[];
  securityContext?: V1PodSpec["securityContext"];
  containerSecurityContext?: V1Container["securityContext"];
}

interface TestRun {
  metadata: { name: string; uid: string };
  spec: {
    parallelism: number;
    script: { configMap: { name: string; file: string } };
    arguments?: string;
    paused?: string;
    runner: PodSpec;
    initializer?: { disabled?: boolean };
  };
  status?: { stage?: string };
}

export interface PlayedOperator {
  /** The stages of all TestRuns, in order. */
  stages: string[];
  stop: () => Promise<void>;
}

export function playOperator(node: Node, cluster: Cluster): PlayedOperator {
  const { namespace } = cluster;
  const batch = node.config.makeApiClient(BatchV1Api);
  const core = node.config.makeApiClient(CoreV1Api);
  const custom = node.config.makeApiClient(CustomObjectsApi);
  const over = new AbortController();
  const stages: string[] = [];
  const labelsOf = (name: string) => ({ app: "k6", k6_cr: name, runner: "true" });
  const podsOf = async (name: string) => {
    const labelSelector = Object.entries(labelsOf(name))
      .map((pair) => pair.join("="))
      .join(",");
    return (await core.listNamespacedPod({ namespace, labelSelector })).items;
  };
  const enter = async ({ metadata }: TestRun, stage: string) => {
    stages.push(stage);
    const body = [{ op: "add", path: "/status", value: { stage } }];
    await custom.patchNamespacedCustomObjectStatus({ ...TEST_RUNS, namespace, name: metadata.name, body });
  };

  const reconcile = async (run: TestRun): Promise<void> => {
    const { name } = run.metadata;
    const { parallelism } = run.spec;
    switch (run.status?.stage) {
      case undefined:
        if (run.spec.initializer?.disabled !== true) throw new Error("an initializer is not played");
        return enter(run, "initialized");
      case "initialized":
        for (let index = 1; index <= parallelism; index += 1)
          await batch.createNamespacedJob({ namespace, body: runnerJob(run, index, labelsOf(name)) });
        return enter(run, "created");
      case "created": {
        const pods = await podsOf(name);
        if (pods.filter(({ status }) => status?.phase === "Running").length < parallelism) return;
        // The starter's work, one after the other.
        for (const { metadata } of pods)
          await cluster.exec({ pod: metadata?.name ?? "", container: "keeper" }, ["bash", "-c", UNPAUSE]);
        return enter(run, "started");
      }
      case "started": {
        const { items } = await batch.listNamespacedJob({ namespace, labelSelector: `k6_cr=${name}` });
        if (items.every(({ status }) => (status?.succeeded ?? 0) + (status?.failed ?? 0) > 0))
          await enter(run, "finished");
      }
    }
  };
  const work = async () => {
    while (!over.signal.aborted) {
      const { items }: { items: TestRun[] } = await custom.listNamespacedCustomObject({ ...TEST_RUNS, namespace });
      // A TestRun that was deleted meanwhile is ignored.
      for (const run of items) await reconcile(run).catch(() => {});
      await sleep(EVERY_MS, undefined, { signal: over.signal }).catch(() => {});
    }
  };
  const ended = work();
  ended.catch(() => {});
  return {
    stages,
    stop: async () => {
      over.abort();
      await ended;
    },
  };
}

const STATUS = JSON.stringify({ data: { attributes: { paused: false }, id: "default", type: "status" } });
const UNPAUSE = [
  "exec 3<>/dev/tcp/127.0.0.1/6565",
  `printf 'PATCH /v1/status HTTP/1.0\\r\\nContent-Type: application/json\\r\\nContent-Length: ${STATUS.length}\\r\\n\\r\\n%s' '${STATUS}' >&3`,
  "head -1 <&3",
].join("; ");

function segmentArguments(index: number, total: number): string[] {
  const part = (i: number) => (i === 0 ? "0" : i === total ? "1" : `${i}/${total}`);
  const all = Array.from({ length: total + 1 }, (_, i) => part(i));
  return [`--execution-segment=${part(index - 1)}:${part(index)}`, `--execution-segment-sequence=${all.join(",")}`];
}

function runnerJob({ metadata, spec }: TestRun, index: number, labels: Record<string, string>): V1Job {
  const { runner, script, parallelism } = spec;
  const name = `${metadata.name}-${index}`;
  const scriptMount = { name: "k6-test-volume", mountPath: "/test", readOnly: true };
  const own = { labels: { ...runner.metadata?.labels, ...labels }, annotations: runner.metadata?.annotations ?? {} };
  const probe = { httpGet: { path: "/v1/status", port: 6565 } };
  const { image, env = [], volumes = [], volumeMounts = [], initContainers = [], containerSecurityContext } = runner;
  return {
    metadata: {
      ...{ name, ...own },
      ownerReferences: [
        { apiVersion: "k6.io/v1alpha1", kind: "TestRun", name: metadata.name, uid: metadata.uid, controller: true },
      ],
    },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: own,
        spec: {
          ...{ hostname: name, restartPolicy: "Never", automountServiceAccountToken: false },
          ...(runner.securityContext ? { securityContext: runner.securityContext } : {}),
          initContainers: initContainers.map((each) => ({
            ...each,
            volumeMounts: [scriptMount, ...(each.volumeMounts ?? [])],
            ...(containerSecurityContext ? { securityContext: containerSecurityContext } : {}),
          })),
          containers: [
            {
              ...{
                name: "k6",
                image,
                env,
                readinessProbe: probe,
                livenessProbe: probe,
                ports: [{ containerPort: 6565 }],
              },
              command: [
                ...["k6", "run", "--quiet"],
                ...(parallelism > 1 ? segmentArguments(index, parallelism) : []),
                ...(spec.arguments ?? "").split(/\s+/).filter((each) => each !== ""),
                `/test/${script.configMap.file}`,
                "--address=0.0.0.0:6565",
                ...(spec.paused === "false" ? [] : ["--paused"]),
                ...["--tag", `instance_id=${index}`, "--tag", `testrun_name=${metadata.name}`],
              ],
              volumeMounts: [scriptMount, ...volumeMounts],
              ...(containerSecurityContext ? { securityContext: containerSecurityContext } : {}),
            },
          ],
          volumes: [{ name: "k6-test-volume", configMap: { name: script.configMap.name } }, ...volumes],
        },
      },
    },
  };
}
