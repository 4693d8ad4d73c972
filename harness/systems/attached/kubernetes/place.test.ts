import { afterEach, expect, test } from "vitest";
import { KubernetesSchema, OwnSystemSchema } from "../../../model/plan/own-system.ts";
import { findPods } from "./find-pods.ts";
import { clusterPlace } from "./place.ts";
import type { AroundPods } from "./target.ts";
import { aPod, type MadeUpApi, madeUpApi } from "./testing/made-up-api.ts";

let made: MadeUpApi;
afterEach(() => made.end());

async function aPlace(...pods: ReturnType<typeof aPod>[]) {
  made = await madeUpApi(...pods);
  const kubernetes = KubernetesSchema.parse({ context: "staging", namespace: "fhir" });
  const find = (n: string) => ({ is: "database", find: { pod: { n } } });
  const { targets } = OwnSystemSchema.parse({
    ...{ is: "ours", fhir: { base: "http://edge/fhir" }, kubernetes },
    targets: Object.fromEntries(pods.map(({ metadata }) => [metadata?.labels?.n, find(metadata?.labels?.n ?? "")])),
  });
  const found = await findPods(made.cluster, targets, true);
  const around = { run: "r", cluster: made.cluster, kubernetes, ttlSeconds: 60 } as unknown as AroundPods;
  return clusterPlace(found, around);
}

test("the boot id is that of the one node of all targets", async () => {
  const place = await aPlace(aPod("db-0", { labels: { n: "a" } }), aPod("db-1", { labels: { n: "b" } }));
  expect(await place.bootId()).toBe("boot-of-node-1");
});

test("several nodes have several boot ids, and all are returned", async () => {
  const place = await aPlace(
    aPod("db-0", { labels: { n: "a" } }),
    aPod("db-1", { labels: { n: "b" }, node: "node-2" }),
  );
  made.nodes["node-2"] = { annotations: {} };
  expect(await place.bootId()).toBe("boot-of-node-1\nboot-of-node-2");
});

test("a target is a pod, not a container, and the system has no clock of its own", async () => {
  const place = await aPlace(aPod("db-0", { labels: { n: "a" } }));
  expect([place.target("a").name, place.pod("a").id]).toEqual(["a", "uid-of-db-0"]);
  expect(() => place.container("a")).toThrow("a system in Kubernetes has no containers of an engine");
  expect(() => place.pod("b")).toThrow("no target b");
  expect(() => place.readClock(() => 0)).toThrow("no clock of its own");
});
