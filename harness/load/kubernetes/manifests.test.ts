/** The objects created in the cluster, Job and TestRun, with secrets only where others cannot read them. */
import { expect, test } from "vitest";
import { jobOf } from "./job.ts";
import { manifestOf } from "./objects.ts";
import type { ClusterOptions } from "./options.ts";
import { testRunOf } from "./test-run.ts";

const MARKS = { labels: { "org.fhirdrill.run": "r1" }, annotations: { "org.fhirdrill.owner": "host/1/2/3/4" } };
const ORDER: ClusterOptions = {
  ...{ name: "fhirdrill-r1", namespace: "fhir", images: { k6: "k6:1", tools: "tools:1" }, runners: 3, marks: MARKS },
  items: [{ key: "scenarios__load__writes.k6.ts", path: "scenarios/load/writes.k6.ts" }],
  ...{ hasHeaders: true, hasCa: true, deadlineSeconds: 2500 },
};

test("a Job has one pod per runner, and none is replaced or left for ever", () => {
  const { metadata, spec } = jobOf(ORDER);
  expect(metadata).toMatchObject({ name: "fhirdrill-r1", namespace: "fhir", ...MARKS });
  expect(spec).toMatchObject({
    ...{ completionMode: "Indexed", parallelism: 3, completions: 3 },
    ...{ backoffLimitPerIndex: 0, podReplacementPolicy: "Failed", activeDeadlineSeconds: 2500 },
    ttlSecondsAfterFinished: 600,
    template: { metadata: MARKS, spec: { restartPolicy: "Never" } },
  });
});

test("k6 writes its lines into a folder of the pod that the keeper mounts as well", () => {
  const pod = jobOf(ORDER).spec?.template.spec;
  const [k6, keeper] = pod?.containers ?? [];
  expect([k6?.image, keeper?.image]).toEqual(["k6:1", "tools:1"]);
  const command = k6?.command ?? [];
  expect(command.slice(0, 2)).toEqual(["k6", "run"]);
  expect(command[command.indexOf("--console-output") + 1]).toBe("/record/ledger.ndjson");
  expect(command.at(-1)).toMatch(/^\/fhirdrill\/scenarios\/load\/writes\.k6\.(ts|js)$/);
  const record = { name: "record", mountPath: "/record" };
  for (const container of [k6, keeper]) expect(container?.volumeMounts).toContainEqual(record);
  expect(pod?.volumes).toContainEqual({ name: "record", emptyDir: {} });
  expect(pod?.volumes?.find(({ name }) => name === "scripts")?.configMap).toEqual({
    name: "fhirdrill-r1-scripts",
    items: ORDER.items,
  });
});

test("the runner comes from the pod's index, and the options by reference", () => {
  const env = jobOf(ORDER).spec?.template.spec?.containers[0]?.env ?? [];
  const of = (name: string) => env.find((each) => each.name === name);
  expect(of("FHIRDRILL_RUNNER_INDEX")?.valueFrom?.fieldRef?.fieldPath).toBe(
    "metadata.annotations['batch.kubernetes.io/job-completion-index']",
  );
  expect(of("FHIRDRILL_LOAD")?.valueFrom?.configMapKeyRef).toEqual({ name: "fhirdrill-r1-data", key: "options.json" });
  expect(of("FHIRDRILL_HEADERS")?.valueFrom?.secretKeyRef).toEqual({
    name: "fhirdrill-r1-headers",
    key: "headers.json",
  });
  expect(of("SSL_CERT_FILE")?.value).toBe("/fhirdrill-data/ca.pem");
  const bare = jobOf({ ...ORDER, hasHeaders: false, hasCa: false }).spec?.template.spec?.containers[0]?.env ?? [];
  expect(bare.map(({ name }) => name)).toEqual(["FHIRDRILL_LOAD", "K6_NO_USAGE_REPORT", "FHIRDRILL_RUNNER_INDEX"]);
});

test("a restricted namespace admits both containers", () => {
  const pod = jobOf(ORDER).spec?.template.spec;
  expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
  for (const { securityContext } of pod?.containers ?? [])
    expect(securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } });
});

test("a TestRun has the same pods, as far as k6-operator allows", () => {
  const { apiVersion, kind, metadata, spec } = testRunOf(ORDER);
  expect([apiVersion, kind, metadata.name]).toEqual(["k6.io/v1alpha1", "TestRun", "fhirdrill-r1"]);
  expect(spec).toMatchObject({
    ...{ parallelism: 3, paused: "false" },
    script: { configMap: { name: "fhirdrill-r1-scripts", file: "writes.js" } },
    arguments: "--console-output /record/ledger.ndjson --log-format raw",
    initializer: { disabled: true, image: "k6:1" },
  });
  const job = jobOf(ORDER).spec?.template.spec;
  expect(spec.runner.volumes).toEqual(job?.volumes);
  expect(spec.runner.volumeMounts).toEqual(job?.containers[0]?.volumeMounts);
  expect(spec.runner.metadata).toEqual(MARKS);
  expect(spec.runner.initContainers).toMatchObject([{ name: "keeper", image: "tools:1", restartPolicy: "Always" }]);
  // k6-operator gives k6 its segment; an index as well would contradict it.
  expect(spec.runner.env.map(({ name }) => name)).not.toContain("FHIRDRILL_RUNNER_INDEX");
});

test("the manifest for people names the other objects", () => {
  expect(manifestOf("job", ORDER)).toEqual({ file: "job.yaml", text: expect.stringMatching(/^kind: Job$/m) });
  expect(manifestOf("k6-operator", ORDER)).toEqual({
    file: "testrun.yaml",
    text: expect.stringMatching(/^kind: TestRun$/m),
  });
});
