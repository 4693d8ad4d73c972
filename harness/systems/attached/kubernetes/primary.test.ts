import { afterEach, beforeEach, expect, test } from "vitest";
import { primaryBy } from "../primary.ts";
import { primaryByLabels, primaryOfCnpg } from "./primary.ts";
import { aPod, type MadeUpApi, madeUpApi } from "./testing/made-up-api.ts";

let made: MadeUpApi;
beforeEach(async () => {
  made = await madeUpApi();
});
afterEach(() => made.end());

const sites = { a: "fhir-db-1", b: "fhir-db-2" };
const cnpg = { cluster: "fhir-db", sites };
const says = (status: object) => {
  made.custom["postgresql.cnpg.io/v1/namespaces/fhir/clusters/fhir-db"] = { status };
};

test.each<[string, object, "a" | "b" | null]>([
  [
    "the present primary, when it is also the one aimed at",
    { currentPrimary: "fhir-db-2", targetPrimary: "fhir-db-2" },
    "b",
  ],
  ["none during a failover", { currentPrimary: "fhir-db-1", targetPrimary: "pending" }, null],
  ["none during a switchover", { currentPrimary: "fhir-db-1", targetPrimary: "fhir-db-2" }, null],
  ["none before there is one", { targetPrimary: "fhir-db-1" }, null],
])("CloudNativePG's cluster names %s", async (_, status, primary) => {
  says(status);
  expect(await primaryOfCnpg(made.cluster, cnpg)).toBe(primary);
});

test("a missing cluster, or a primary of no site, is an error", async () => {
  await expect(primaryOfCnpg(made.cluster, cnpg)).rejects.toThrow(
    /the cluster fhir-db of CloudNativePG cannot be read/,
  );
  says({ currentPrimary: "fhir-db-3", targetPrimary: "fhir-db-3" });
  await expect(primaryOfCnpg(made.cluster, cnpg)).rejects.toThrow(/fhir-db-3 is the primary but belongs to no site/);
});

test("by labels, the primary is the one ready pod that has them", async () => {
  const labels = { role: "primary" };
  const primary = () => primaryByLabels(made.cluster, { labels, sites });
  expect(await primary()).toBeNull();
  made.pods.push(aPod("fhir-db-1", { labels, ready: false }));
  expect(await primary()).toBeNull();
  made.pods.push(aPod("fhir-db-2", { labels }));
  expect(await primary()).toBe("b");
  made.pods.splice(0, 1, aPod("fhir-db-1", { labels }));
  await expect(primary()).rejects.toThrow("2 pods have role=primary");
});

test("each change starts a new timeline, as for other sources", async () => {
  says({ currentPrimary: "fhir-db-1", targetPrimary: "fhir-db-1" });
  let ms = 0;
  const ask = await primaryBy({ cnpg }, { databases: null, cluster: made.cluster }, () => (ms += 1000));
  expect((await ask("a")).server).toEqual({ role: "primary", state: "told", timeline: 1 });
  says({ currentPrimary: "fhir-db-1", targetPrimary: "pending" });
  expect(await ask("a")).toMatchObject({ server: null, lock: { holder: null } });
  says({ currentPrimary: "fhir-db-2", targetPrimary: "fhir-db-2" });
  expect((await ask("b")).server).toEqual({ role: "primary", state: "told", timeline: 2 });
});

test("without a cluster it is refused", async () => {
  await expect(primaryBy({ cnpg }, { databases: null, cluster: null }, () => 0)).rejects.toMatchObject({ exitCode: 2 });
});
