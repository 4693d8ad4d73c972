/** A fault on a pod is in the journal first, is observed, and is undone by this process or from the journal. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OwnSystemSchema } from "../../../model/plan/own-system.ts";
import type { PodTarget } from "../../../system/pod.ts";
import { healFromJournal } from "../heal.ts";
import { Journal, readJournal } from "../journal.ts";
import { findPods } from "./find-pods.ts";
import { podTargetOf } from "./target.ts";
import { aPod, type MadeUpApi, madeUpApi } from "./testing/made-up-api.ts";

let folder: string;
let made: MadeUpApi;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-pod-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  expect(made.strange).toEqual([]);
  await made.end();
});

async function aTarget(...others: Parameters<typeof madeUpApi>): Promise<PodTarget> {
  made = await madeUpApi(aPod("db-0"), ...others);
  const { kubernetes, targets } = OwnSystemSchema.parse({
    ...{ is: "ours", fhir: { base: "http://edge/fhir" } },
    kubernetes: { context: "staging", namespace: "fhir", kubeconfig: made.kubeconfig },
    targets: { db: { is: "database", find: { pod: { app: "db" } } } },
  });
  if (kubernetes === undefined) throw new Error("no cluster");
  const [found] = await findPods(made.cluster, targets, true);
  if (found === undefined) throw new Error("no pod");
  const journal = new Journal(folder, null);
  return podTargetOf(found, { run: "run-1", cluster: made.cluster, kubernetes, journal, ttlSeconds: 60 });
}
const entries = () => readJournal(folder).map(({ fault, healed }) => [fault, healed?.seen ?? null]);
const another = (ready = true) => made.pods.push(aPod("db-0", { uid: "another", ready }));

test("a pod is deleted by its UID, and the fault clears when its controller has as many ready pods as before", async () => {
  const target = await aTarget();
  made.onChange = () => expect(entries()).toEqual([["pod-kill", null]]);
  await target.remove();
  expect(made.changes).toEqual(["DELETE pods/db-0"]);
  expect(await target.replacement()).toEqual({ gone: true, ready: 0, before: 1 });
  await target.awaitReplacement();
  another(false);
  expect(await target.replacement()).toEqual({ gone: true, ready: 0, before: 1 });
  expect(entries()).toEqual([["pod-kill", null]]);
  made.pods.splice(0);
  another();
  expect(await target.replacement()).toEqual({ gone: true, ready: 1, before: 1 });
  expect(entries()).toEqual([["pod-kill", "StatefulSet db has 1 ready pods without that one, and had 1 with it"]]);
});

test("another pod with that name is not touched", async () => {
  const target = await aTarget();
  made.pods.splice(0);
  another();
  await expect(target.remove()).rejects.toThrow("the pod db-0 of db is gone");
  expect(made.changes).toEqual([]);
});

test("what the API server does not allow is reported, and nothing is left to undo", async () => {
  const target = await aTarget();
  made.refuses.set("DELETE pods/db-0", { code: 403, message: 'pods "db-0" is forbidden: User "x" cannot delete' });
  await expect(target.remove()).rejects.toThrow(
    /cannot delete; .* needs the rights in examples\/kubernetes\/rbac.yaml/,
  );
  expect(entries()).toEqual([["pod-kill", "the pod db-0 was not deleted"]]);
});

test("a drained node is cordoned, its pods of the namespace are evicted, and healing uncordons it", async () => {
  const target = await aTarget(
    aPod("app-1", { labels: {} }),
    aPod("logs", {
      labels: {},
      owner: { apiVersion: "apps/v1", kind: "DaemonSet", name: "l", uid: "l", controller: true },
    }),
    aPod("k6", { labels: { "org.fhirdrill.run": "run-1" } }),
    aPod("elsewhere", { labels: {}, node: "node-2" }),
  );
  await target.drain();
  expect(made.changes).toEqual(["PATCH nodes/node-1", "POST pods/db-0/eviction", "POST pods/app-1/eviction"]);
  expect(await target.drained()).toEqual({
    ...{ node: "node-1", unschedulable: true, evicted: ["db-0", "app-1"], refused: 0, refusal: null },
  });
  await target.undrain();
  expect(made.nodes["node-1"]).toEqual({ annotations: {} });
  expect(entries()).toEqual([["node-drain", "the node node-1 takes pods"]]);
});

test("an eviction that a budget refuses is retried, and the refusals are recorded", async () => {
  const target = await aTarget();
  const budget = { code: 429, message: "Cannot evict pod as it would violate the pod's disruption budget." };
  made.refuses.set("POST pods/db-0/eviction", budget);
  let tries = 0;
  made.onChange = (what) => {
    if (what.endsWith("eviction")) tries += 1;
    if (tries === 3) made.refuses.clear();
  };
  await target.drain();
  const seen = { evicted: ["db-0"], refused: 2, refusal: budget.message };
  expect(await target.drained()).toMatchObject({ ...seen, unschedulable: true });
  await target.undrain();
  expect(await target.drained()).toMatchObject({ ...seen, unschedulable: false });
});

test("a node that somebody else has cordoned is left alone", async () => {
  const target = await aTarget();
  made.nodes["node-1"] = { unschedulable: true, annotations: {} };
  await expect(target.drain()).rejects.toThrow("the node node-1 is already cordoned, not by this drill");
  expect([made.changes, entries()]).toEqual([[], []]);
});

test("from the journal alone another process uncordons the node, once, and never one that somebody else has cordoned", async () => {
  const target = await aTarget();
  await target.drain();
  const [entry] = readJournal(folder);
  expect(JSON.stringify(entry)).not.toMatch(/secret/);
  expect(await healFromJournal(null, folder)).toMatchObject([
    { fault: "node-drain", of: "db", outcome: "undone", seen: "the node node-1 takes pods" },
  ]);
  expect(made.nodes["node-1"]).toEqual({ annotations: {} });
  // The process that drained it still runs, but evicts no more.
  const changes = made.changes.length;
  another();
  await sleep(2500);
  expect(made.changes.length).toBe(changes);
  expect(await healFromJournal(null, folder)).toMatchObject([{ outcome: "not-in-force" }]);
  made.nodes["node-1"] = { unschedulable: true, annotations: {} };
  await target.undrain();
  expect(made.nodes["node-1"]).toEqual({ unschedulable: true, annotations: {} });
});

test("for a pod that has not come back, the journal gives the command that shows why", async () => {
  const target = await aTarget();
  await target.remove();
  expect(await healFromJournal(null, folder, null, 0)).toMatchObject([
    {
      ...{ outcome: "failed", why: "StatefulSet db has 0 ready pods without that one, and had 1 with it" },
      command: `KUBECONFIG=${made.kubeconfig} kubectl --context staging --namespace fhir describe statefulset.v1.apps db`,
    },
  ]);
  another();
  expect(await healFromJournal(null, folder)).toMatchObject([{ outcome: "not-in-force" }]);
});

test("a pod with the network of its node is not isolated", async () => {
  const target = await aTarget();
  const [pod] = made.pods;
  if (pod?.spec) pod.spec.hostNetwork = true;
  await expect(target.isolate()).rejects.toThrow("isolating it would isolate the node");
  expect([made.changes, entries()]).toEqual([[], []]);
});

test("a refusal by the namespace's Pod Security is reported, and nothing is left", async () => {
  const target = await aTarget();
  const message = 'pods "x" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)';
  made.refuses.set("POST pods", { code: 403, message });
  await expect(target.crash()).rejects.toThrow(
    /could not be killed: .*hostPID=true\); the Pod Security of the namespace fhir/,
  );
  expect(entries()).toEqual([["target-crash", "it runs, after 0 restarts so far"]]);
  const isolating = { code: 403, message: 'pods "db-0" is forbidden: violates PodSecurity "restricted:latest"' };
  made.refuses.set("PATCH pods/db-0/ephemeralcontainers", isolating);
  await expect(target.isolate()).rejects.toThrow(
    /PodSecurity .*must admit it: pod-security.kubernetes.io\/enforce: privileged/,
  );
  expect(entries()[1]).toEqual(["target-isolation", "it was not isolated"]);
});
