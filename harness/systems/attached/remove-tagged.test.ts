/** Only resources with the tag are deleted, whatever a server's search returns. */
import { expect, test } from "vitest";
import { OF_ANY_DRILL, tagged, tagOf } from "../../model/load/tag.ts";
import { MemoryFhir, type Resource } from "../../system/testing/memory-fhir.ts";
import { removeTagged } from "./remove-tagged.ts";

const put = (server: MemoryFhir, path: string, body: object) =>
  server.ask(path, { method: "PUT", body: JSON.stringify(body) });
const patient = (more: object = {}) => ({ resourceType: "Patient", ...more });

async function filled(seeds: number[] = [1, 2]): Promise<MemoryFhir> {
  const server = new MemoryFhir({ pageSize: 3 });
  await put(server, "Patient/theirs", patient());
  await put(server, "Patient/tagged-by-them", patient({ meta: { tag: [{ system: "urn:theirs", code: "1" }] } }));
  for (const seed of seeds)
    for (let n = 0; n < 7; n += 1) {
      await put(server, `Patient/p${seed}-${n}`, tagged(patient(), [OF_ANY_DRILL, tagOf(seed)]));
      await put(
        server,
        `Observation/o${seed}-${n}`,
        tagged({ resourceType: "Observation" }, [OF_ANY_DRILL, tagOf(seed)]),
      );
    }
  return server;
}
const left = (server: MemoryFhir) => [...server.stored.keys()].filter((name) => server.current(name) !== undefined);

test("everything that drills wrote is deleted, page by page, and nothing else", async () => {
  const server = await filled();
  expect(await removeTagged(server.ask, [OF_ANY_DRILL], 10)).toEqual({
    deleted: { Observation: 14, Patient: 14, Basic: 0 },
    refused: [],
  });
  expect(left(server)).toEqual(["Patient/theirs", "Patient/tagged-by-them"]);
  const types = server.asked.filter((text) => text.startsWith("DELETE")).map((text) => text.split(/[ /]/)[1]);
  expect(types.lastIndexOf("Observation")).toBeLessThan(types.indexOf("Patient"));
});

test("only one drill's resources are deleted, if its tag is given", async () => {
  const server = await filled();
  expect((await removeTagged(server.ask, [tagOf(2)], 10)).deleted).toEqual({ Observation: 7, Patient: 7, Basic: 0 });
  expect(left(server)).toHaveLength(16);
});

test("nothing else is deleted if a server ignores the search parameters", async () => {
  const server = await filled([1]);
  const { ask } = server;
  const careless: typeof ask = (path, init) => ask(path.replace(/_tag=[^&]*&/, ""), init);
  await removeTagged(careless, [OF_ANY_DRILL], 10);
  expect(left(server)).toEqual(expect.arrayContaining(["Patient/theirs", "Patient/tagged-by-them"]));
});

test.each<[string, object, RegExp]>([
  ["than were counted", { resourceType: "Bundle", total: 3 }, /more than 9 resources have the tag 1/],
  ["than so many writes can have created, without a count", {}, /more than 8 resources have the tag 1/],
])("more %s are not touched", async (_, counted, why) => {
  const server = await filled([1]);
  server.intercept = (path) => (path.includes("_summary=count") ? Response.json(counted) : null);
  await expect(removeTagged(server.ask, [tagOf(1)], 2)).rejects.toThrow(why);
});

test("what a server refuses to delete is reported, and the rest is deleted", async () => {
  const server = await filled([1]);
  server.intercept = (path, init) =>
    init?.method === "DELETE" && path === "Patient/p1-3" ? new Response(null, { status: 409 }) : null;
  const { deleted, refused } = await removeTagged(server.ask, [tagOf(1)], 10);
  expect([deleted.Patient, refused]).toEqual([6, ["Patient/p1-3: status 409"]]);
});

test("it ends even if the search keeps finding deleted resources", async () => {
  const server = await filled([1]);
  const stale = (await server
    .ask("Patient?_tag=urn%3Afhirdrill%3Arun%7C1&_count=3")
    .then((answer) => answer.json())) as Resource;
  server.intercept = (path) => (path.startsWith("Patient?") ? Response.json(stale) : null);
  expect((await removeTagged(server.ask, [tagOf(1)], 10)).deleted.Patient).toBe(3);
});
