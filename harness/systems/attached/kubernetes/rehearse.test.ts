/** What is not allowed is detected before anything is broken, and the checks change nothing. */
import type { V1Pod } from "@kubernetes/client-node";
import { afterEach, expect, test } from "vitest";
import { scenariosOf } from "../../../../scenarios/own.ts";
import { OwnSystemSchema } from "../../../model/plan/own-system.ts";
import type { Scenario } from "../../../model/plan/scenario.ts";
import { findPods } from "./find-pods.ts";
import { rehearse } from "./rehearse.ts";
import { aPod, type MadeUpApi, madeUpApi } from "./testing/made-up-api.ts";

let made: MadeUpApi;
afterEach(async () => {
  expect([made.changes, made.strange]).toEqual([[], []]);
  await made.end();
});

async function asked(name: string, nodeOfB = "node-2", others: V1Pod[] = []): Promise<string[]> {
  const [a, b] = [aPod("db-0", { labels: { n: "a" } }), aPod("db-1", { labels: { n: "b" }, node: nodeOfB })];
  made.pods.splice(0, 9, a, b, ...others);
  const own = OwnSystemSchema.parse({
    ...{ is: "ours", fhir: { base: "http://edge/fhir" }, kubernetes: { context: "staging", namespace: "fhir" } },
    targets: { a: { is: "database", find: { pod: { n: "a" } } }, b: { is: "database", find: { pod: { n: "b" } } } },
  });
  const scenario = scenariosOf(own).find((each) => each.name === name) as Scenario;
  const targets = await findPods(made.cluster, own.targets, true);
  return rehearse(made.cluster, { own, scenario, targets, tools: "tools:1" });
}

test.each([
  ["a-kill", ["DELETE pods/db-0"]],
  ["a-crash", ["POST pods"]],
  ["a-isolation", ["PATCH pods/db-0/ephemeralcontainers"]],
  ["a-drain", ["PATCH nodes/node-1", "POST pods/db-0/eviction"]],
])("%s is rehearsed without being done", async (name, rehearsed) => {
  made = await madeUpApi();
  await asked(name);
  expect(made.rehearsed).toEqual(rehearsed);
});

test.each([
  ["a-kill", "DELETE pods/db-0", /pod-kill of a cannot be done: .*needs the rights/],
  ["a-crash", "POST pods", /target-crash of a cannot be done/],
  ["a-isolation", "PATCH pods/db-0/ephemeralcontainers", /target-isolation of a cannot be done/],
  ["a-drain", "PATCH nodes/node-1", /node-drain of a cannot be done/],
  ["a-drain", "POST pods/db-0/eviction", /node-drain of a cannot be done/],
])("%s that is not allowed is refused", async (name, what, why) => {
  made = await madeUpApi();
  made.refuses.set(what, { code: 403, message: 'User "x" cannot do that' });
  await expect(asked(name)).rejects.toThrow(why);
});

test("a budget that refuses now may allow it later", async () => {
  made = await madeUpApi();
  made.refuses.set("POST pods/db-0/eviction", { code: 429, message: "budget" });
  await asked("a-drain");
});

test("a node with a pod without a controller is not drained", async () => {
  made = await madeUpApi();
  const alone = aPod("by-hand", { labels: { n: "c" }, owner: null });
  await expect(asked("a-drain", "node-2", [alone])).rejects.toThrow(
    /node-drain of a cannot be done: by-hand on the node node-1 has no controller/,
  );
});

test("a node with all databases on it is not drained", async () => {
  made = await madeUpApi();
  await expect(asked("a-drain", "node-1")).rejects.toThrow(/every database is on the node node-1/);
});

test("the controllers of all pods that a drain would evict are returned", async () => {
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "queue", uid: "uid-of-queue", controller: true };
  made = await madeUpApi();
  expect(await asked("a-drain", "node-2", [aPod("queue-0", { labels: { n: "c" }, owner })])).toEqual([
    "ReplicaSet queue",
    "StatefulSet db",
  ]);
  expect(await asked("a-kill")).toEqual([]);
});
