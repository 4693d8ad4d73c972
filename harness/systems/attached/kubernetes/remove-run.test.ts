/** What drills have left in a namespace is removed by its label, and nothing of a drill that lives. */
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

test("a run goes whole, its secrets unseen; who has no operator of k6 has nothing of it", async () => {
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

test("of those that are abandoned only what belongs to the dead", async () => {
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

test("what runs is left alone where another machine may have the name of this one", async () => {
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

test("a secret is asked for though nothing else of the run is found", async () => {
  await removeRunFrom(made.cluster, "r5");
  expect(made.changes).toEqual(["DELETE secrets", "of org.fhirdrill.run=r5"]);
});

test("what may not be removed is told, and the rest is removed", async () => {
  made.others.jobs?.push({ metadata: { name: "dead", ...of("r3", DEAD) } });
  made.others.configmaps?.push({ metadata: { name: "scripts", ...of("r3", DEAD) } });
  const what = "DELETE batch/v1/namespaces/fhir/jobs/dead";
  made.refuses.set(what, { code: 403, message: 'jobs.batch "dead" is forbidden' });
  await expect(removeAbandonedFrom(made.cluster)).rejects.toThrow(
    'not everything could be removed from fhir: jobs.batch "dead" is forbidden',
  );
  expect(made.changes).toContain("DELETE configmaps/scripts");
});
