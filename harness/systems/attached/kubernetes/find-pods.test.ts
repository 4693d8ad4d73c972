/** Each pod is found by its labels, identified by its UID, and may be broken if its namespace consents. */
import { afterEach, expect, test } from "vitest";
import { type OwnSystem, OwnSystemSchema } from "../../../model/plan/own-system.ts";
import { DrillFailure } from "../../../model/program/failure.ts";
import { consentOf, findPods, refusalOfNamespace } from "./find-pods.ts";
import { aPod, type MadeUpApi, madeUpApi } from "./testing/made-up-api.ts";

let made: MadeUpApi;
afterEach(async () => {
  expect(made.strange).toEqual([]);
  expect(made.changes).toEqual([]);
  await made.end();
});

const targets = (described: object): OwnSystem["targets"] =>
  OwnSystemSchema.parse({
    ...{ is: "ours", fhir: { base: "http://edge/fhir" }, targets: described },
    kubernetes: { context: "staging", namespace: "fhir" },
  }).targets;
const byLabel = (labels: object) => ({ is: "database", site: "a", find: { pod: labels } });
const DATABASE = targets({ db: byLabel({ app: "db" }) });

async function whyNot(described = DATABASE): Promise<string> {
  const failed = await findPods(made.cluster, described, true).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(DrillFailure);
  expect((failed as DrillFailure).exitCode).toBe(64);
  return (failed as DrillFailure).message;
}

test("a pod is identified by its UID, with its node, its controller and the number of ready pods", async () => {
  const other = aPod("db-1", { labels: { app: "db", role: "replica" } });
  made = await madeUpApi(aPod("db-0", { labels: { app: "db", role: "primary" } }), other, aPod("app", { owner: null }));
  const found = await findPods(made.cluster, targets({ db: byLabel({ app: "db", role: "primary" }) }), true);
  expect(found).toEqual([
    {
      ...{ name: "db", is: "database", side: "a", id: "uid-of-db-0", container: "db-0", image: "postgres:17" },
      ...{ running: true, allows: true, node: "node-1", main: "main", ready: 2 },
      controller: { kind: "StatefulSet", apiVersion: "apps/v1", name: "db", uid: "uid-of-sts" },
    },
  ]);
});

test("a pod that is not ready is found as not running", async () => {
  made = await madeUpApi(aPod("db-0", { ready: false }));
  expect(await findPods(made.cluster, DATABASE, true)).toMatchObject([{ running: false, ready: 0 }]);
});

test("ended and terminating pods and a drill's own are no targets", async () => {
  const ended = aPod("db-old");
  if (ended.status) ended.status.phase = "Failed";
  const going = aPod("db-going");
  if (going.metadata) going.metadata.deletionTimestamp = new Date();
  const ours = aPod("fhirdrill-beside", { labels: { app: "db", "org.fhirdrill.run": "r" } });
  made = await madeUpApi(ended, going, ours);
  expect(await whyNot()).toBe(
    "there is no pod for the target db: it looks for a pod with app=db in the namespace fhir, and there is none",
  );
});

test("a target must be exactly one pod, with a controller, and described once", async () => {
  made = await madeUpApi(aPod("db-0"), aPod("db-1"));
  expect(await whyNot()).toMatch(/is more than one pod: .* finds db-0, db-1$/);
  made.pods.splice(0, 2, aPod("db", { owner: null }));
  expect(await whyNot()).toMatch(/a pod without a controller: nothing would create another db/);
  made.pods.splice(
    0,
    1,
    aPod("db", { owner: { apiVersion: "v1", kind: "Node", name: "node-1", uid: "n", controller: true } }),
  );
  expect(await whyNot()).toMatch(/a pod without a controller/);
  made.pods.splice(0, 1, aPod("db-0"));
  expect(await whyNot(targets({ one: byLabel({ app: "db" }), two: byLabel({ app: "db" }) }))).toBe(
    "the targets one and two are one pod: both find db-0",
  );
});

test("the target is kubectl's default container", async () => {
  const pod = aPod("db-0");
  const beside = { name: "istio-proxy", image: "istio:1" };
  if (pod.spec) pod.spec.containers = [beside, ...pod.spec.containers];
  made = await madeUpApi(pod);
  expect(await findPods(made.cluster, DATABASE, true)).toMatchObject([{ main: "istio-proxy" }]);
  if (pod.metadata) pod.metadata.annotations = { "kubectl.kubernetes.io/default-container": "main" };
  expect(await findPods(made.cluster, DATABASE, true)).toMatchObject([{ main: "main", image: "postgres:17" }]);
});

test.each<[string, Record<string, string>, boolean | null]>([
  ["true", { "fhirdrill.allow": "true" }, true],
  ["another value", { "fhirdrill.allow": "yes" }, false],
  ["nothing", {}, null],
])("a namespace annotated with %s", async (_, annotations, allows) => {
  made = await madeUpApi();
  made.annotations = annotations;
  expect(await consentOf(made.cluster)).toBe(allows);
});

test("a missing namespace is reported", async () => {
  made = await madeUpApi();
  await expect(consentOf({ ...made.cluster, namespace: "other" })).rejects.toThrow(
    "the namespace other cannot be read: the API server of the context staging: namespaces/other not found",
  );
});

test("a namespace that refuses is never broken; one without consent needs a proof", async () => {
  made = await madeUpApi();
  expect(refusalOfNamespace("fhir", true, false)).toBeNull();
  expect(refusalOfNamespace("fhir", null, true)).toBeNull();
  expect(refusalOfNamespace("fhir", null, false)).toMatch(/has no annotation fhirdrill.allow: "true"/);
  expect(refusalOfNamespace("fhir", false, true)).toMatch(/with another value than true/);
});
