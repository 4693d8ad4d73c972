import { describe, expect, test } from "vitest";
import { listOf, pathBelow } from "./pages.ts";

const BASE = "http://fhir.test/r4/fhir";
const page = (ids: readonly string[], next?: string) => ({
  resourceType: "Bundle",
  entry: ids.map((id) => ({ resource: { id }, search: { mode: "match" }, request: { method: "PUT" } })),
  ...(next === undefined
    ? {}
    : {
        link: [
          { relation: "self", url: "x" },
          { relation: "next", url: next },
        ],
      }),
});
async function listed(pages: Record<string, object | string | number>, most = 5) {
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    const is = pages[path] ?? 404;
    if (typeof is === "number") return { status: is, etag: null, text: "", why: is === 0 ? "it is gone" : null };
    return { status: 200, etag: null, text: typeof is === "string" ? is : JSON.stringify(is), why: null };
  };
  const list = await listOf(get, "Patient?x", { base: BASE, most });
  return { ...list, asked, ids: list.entries.map(({ resource }) => (resource as { id: string }).id) };
}

test("a list has the entries of all its pages, in order", async () => {
  const pages = { "Patient?x": page(["1", "2"], `${BASE}/Patient?at=2`), "Patient?at=2": page(["3"]) };
  const { ids, entries, ...rest } = await listed(pages);
  expect(ids).toEqual(["1", "2", "3"]);
  expect(entries[0]).toEqual({ resource: { id: "1" }, mode: "match", method: "PUT" });
  expect(rest).toEqual({ status: 200, why: null, asked: ["Patient?x", "Patient?at=2"] });
});

test.each([
  ["leads in a circle", { "Patient?x": page(["1"], `${BASE}/Patient?x`) }, "its pages lead in a circle"],
  ["leads elsewhere", { "Patient?x": page(["1"], "http://fhir.test/other/Patient?x") }, "its next page is not below"],
  ["is an error", { "Patient?x": page(["1"], `${BASE}/p`), p: 503 }, "it answered 503"],
  ["is not answered", { "Patient?x": page(["1"], `${BASE}/p`), p: 0 }, "it is gone"],
  ["is no bundle", { "Patient?x": page(["1"], `${BASE}/p`), p: { resourceType: "OperationOutcome" } }, "it gave no"],
  ["is no JSON", { "Patient?x": page(["1"], `${BASE}/p`), p: "<html>" }, "it gave no bundle"],
])("a list with a page that %s is incomplete", async (_, pages: Record<string, object | string | number>, why) => {
  expect((await listed(pages)).why).toContain(why);
});

test("an endless list is given up", async () => {
  const endless = Object.fromEntries(
    Array.from({ length: 9 }, (_, at) => [at === 0 ? "Patient?x" : `p${at}`, page(["1"], `${BASE}/p${at + 1}`)]),
  );
  const { why, asked } = await listed(endless, 4);
  expect(why).toBe("it has more than 4 pages");
  expect(asked).toHaveLength(4);
  expect((await listed({ ...endless, p3: page(["2"]) }, 4)).why).toBeNull();
});

describe("an address as a path below the base", () => {
  test.each([
    [`${BASE}/Patient?_page=2`, "Patient?_page=2"],
    // HAPI's next pages.
    [`${BASE}?_getpages=7`, "?_getpages=7"],
    [`${BASE}/?_getpages=7`, "?_getpages=7"],
    ["Patient?_page=2", "Patient?_page=2"],
    // A server that does not know its public name.
    ["https://hapi:8080/r4/fhir/Patient?a=%7C", "Patient?a=%7C"],
  ])("%s", (url, path) => {
    expect(pathBelow(BASE, url)).toBe(path);
  });

  test.each([
    "http://fhir.test/Patient?_page=2",
    "http://fhir.test/r4/fhirs/Patient",
    `${BASE}/../secret`,
    "../secret",
    "http://",
    "file:///r4/fhir/Patient",
  ])("%s is not below", (url) => {
    expect(pathBelow(BASE, url)).toBeNull();
  });
});
