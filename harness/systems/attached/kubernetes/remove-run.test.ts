/** What drills left in a namespace is removed by its label, except for a running drill's objects. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { thisOwner } from "../../lab/ownership.ts";
import { removeAbandonedFrom, removeRunFrom } from "./remove-run.ts";
import { aPod, type MadeUpApi, madeUpApi } from "./testing/made-up-api.ts";

let made: MadeUpApi;
const DEAD = thisOwner().replace(/^([^/]+)\/\d+/, "$1/4194304");

beforeEach(async () => {
  made = await madeUpApi(aPod("db-0"));
});
afterEach(async () => {
  expect(made.strange).toEqual([]);
  await made.end();
});

const of = (run: string, owner: string) => ({
  labels: { "org.fhirdrill.run": run },
  annotations: { "org.fhirdrill.owner": owner },
});

test("a run is removed completely, its secrets without reading them; k6-operator need not be installed", async () => {
  made.others.jobs?.push({ metadata: { name: "fhirdrill-r1", ...of("r1", thisOwner()) } });
  made.others.configmaps?.push({ metadata: { name: "scripts", ...of("r1", thisOwner()) } });
  expect(await removeRunFrom(made.cluster, "r1")).toBe(2);
  expect(made.changes).toEqual([
    "DELETE batch/v1/namespaces/fhir/jobs/fhirdrill-r1",
    "DELETE configmaps/scripts",
    "DELETE secrets",
    "of org.fhirdrill.run=r1",
  ]);
});

test("of all runs, only those of dead owners are removed", async () => {
  made.others.jobs?.push(
    { metadata: { name: "living", ...of("r1", thisOwner()) } },
    { metadata: { name: "elsewhere", ...of("r2", "another-machine/1/1/1/1") } },
    { metadata: { name: "dead", ...of("r3", DEAD) } },
  );
  expect(await removeAbandonedFrom(made.cluster)).toBe(1);
  expect(made.changes).toEqual([
    "DELETE batch/v1/namespaces/fhir/jobs/dead",
    "DELETE secrets",
    "of org.fhirdrill.run=r3",
  ]);
});

test("an owner with running pods is left alone: another machine may have the same name", async () => {
  const [host, pid, birth, , pids] = thisOwner().split("/");
  const namesake = [host, pid, birth, "another-boot", pids].join("/");
  const job = () => ({ metadata: { name: "theirs", ...of("r4", namesake) } });
  made.others.jobs?.push(job());
  const pod = aPod("theirs-0");
  made.pods.push({ ...pod, metadata: { ...pod.metadata, ...of("r4", namesake) } });
  expect(await removeAbandonedFrom(made.cluster)).toBe(0);
  made.pods.pop();
  expect(await removeAbandonedFrom(made.cluster)).toBe(1);
});

test("a run's secrets are deleted even if nothing else of it is found", async () => {
  await removeRunFrom(made.cluster, "r5");
  expect(made.changes).toEqual(["DELETE secrets", "of org.fhirdrill.run=r5"]);
});

test("what must not be removed is reported, and the rest is removed", async () => {
  made.others.jobs?.push({ metadata: { name: "dead", ...of("r3", DEAD) } });
  made.others.configmaps?.push({ metadata: { name: "scripts", ...of("r3", DEAD) } });
  const what = "DELETE batch/v1/namespaces/fhir/jobs/dead";
  made.refuses.set(what, { code: 403, message: 'jobs.batch "dead" is forbidden' });
  await expect(removeAbandonedFrom(made.cluster)).rejects.toThrow(
    'some objects could not be removed from fhir: jobs.batch "dead" is forbidden',
  );
  expect(made.changes).toContain("DELETE configmaps/scripts");
});
