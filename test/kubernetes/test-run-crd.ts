/** The fields of k6-operator's TestRun that are used here. The API server drops all others. */
const text = { type: "string" };
const texts = { type: "object", additionalProperties: text };
const any = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const list = { type: "array", items: any };

const pod = {
  type: "object",
  properties: {
    ...{ disabled: { type: "boolean" }, image: text, automountServiceAccountToken: text },
    metadata: { type: "object", properties: { labels: texts, annotations: texts } },
    ...{ env: list, volumes: list, volumeMounts: list, initContainers: list },
    ...{ securityContext: any, containerSecurityContext: any },
  },
};

const spec = {
  type: "object",
  required: ["parallelism", "script"],
  properties: {
    parallelism: { type: "integer" },
    script: { type: "object", properties: { configMap: { type: "object", properties: { name: text, file: text } } } },
    ...{ arguments: text, paused: text, runner: pod, initializer: pod },
  },
};

const STAGES = ["initialization", "initialized", "created", "started", "stopped", "finished", "error"];
const status = { type: "object", properties: { stage: { type: "string", enum: STAGES } } };

/** For `node.apply`: JSON is YAML. */
export const TEST_RUN_CRD = JSON.stringify({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "testruns.k6.io" },
  spec: {
    group: "k6.io",
    names: { kind: "TestRun", listKind: "TestRunList", plural: "testruns", singular: "testrun" },
    scope: "Namespaced",
    versions: [
      {
        ...{ name: "v1alpha1", served: true, storage: true, subresources: { status: {} } },
        schema: { openAPIV3Schema: { type: "object", properties: { spec, status } } },
      },
    ],
  },
});
