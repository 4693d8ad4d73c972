import { describe, expect, test } from "vitest";
import { fingerprint } from "../../model/load/content.ts";
import { tagged, tagOf } from "../../model/load/tag.ts";
import { IDENTIFIER_SYSTEM } from "../../model/load/write.ts";
import { type Manner, versionIn } from "./version.ts";

const manner: Manner = { base: "https://fhir.test/r4", tag: tagOf(7), versionsCount: true };
const body = {
  resourceType: "Observation",
  id: "o1",
  identifier: [
    { system: "urn:other", value: "w7-1" },
    { system: IDENTIFIER_SYSTEM, value: "w7-2" },
  ],
  meta: { versionId: "3", lastUpdated: "2026-11-29T00:00:01Z" },
  subject: { reference: "Patient/p" },
};
const versionOf = (changes: object, how: Partial<Manner> = {}) =>
  versionIn({ ...body, ...changes }, { ...manner, ...how });

test("a version has the facts of its body", () => {
  expect(versionOf({})).toEqual({
    ...{ resource: "Observation/o1", version: 3, write: "w7-2", refersTo: "Patient/p", isTagged: false },
    ...{ content: fingerprint(body), updatedMs: Date.UTC(2026, 10, 29, 0, 0, 1) },
  });
});

test("if versions do not count, it is the first, whatever its name", () => {
  for (const meta of [{ versionId: "3" }, { versionId: "7f3a" }, {}, undefined])
    expect(versionOf({ meta }, { versionsCount: false })).toMatchObject({ version: 1 });
});

describe("no version is", () => {
  test.each([null, "text", [], {}, { ...body, id: undefined }, { ...body, resourceType: 7 }])("%j", (is) => {
    expect(versionIn(is, { ...manner, versionsCount: false })).toBeNull();
  });

  test.each(["7f3a", "0", "03", "1.0", "-1", "1000000000", undefined])("version %s, if they count", (versionId) => {
    expect(versionOf({ meta: { versionId } })).toBeNull();
  });
});

test.each([undefined, [], [{ system: "urn:other", value: "w7-1" }], [{ system: IDENTIFIER_SYSTEM }], "mangled", [7]])(
  "who bears the identifier %j is of no write",
  (identifier) => {
    expect(versionOf({ identifier })).toMatchObject({ write: "" });
  },
);

test("the tag marks it as the run's", () => {
  expect(versionIn(tagged(body, [tagOf(7)]), manner)).toMatchObject({ isTagged: true, version: 3 });
  for (const tag of [[tagOf(8)], [{ ...tagOf(7), system: "urn:other" }], "mangled"])
    expect(versionOf({ meta: { ...body.meta, tag } })).toMatchObject({ isTagged: false, version: 3 });
});

test.each([undefined, "yesterday", 7])("the time is unknown with lastUpdated %j", (lastUpdated) => {
  expect(versionOf({ meta: { ...body.meta, lastUpdated } })).toMatchObject({ updatedMs: null, version: 3 });
});

test.each([
  ["https://fhir.test/r4/Patient/p", "Patient/p"],
  ["https://fhir.test/r4/Patient/p/_history/2", "Patient/p"],
  ["https://fhir.test/r44/Patient/p", "https://fhir.test/r44/Patient/p"],
  ["urn:uuid:7", "urn:uuid:7"],
])("the reference %s is one to %s", (reference, refersTo) => {
  expect(versionOf({ subject: { reference } })).toMatchObject({ refersTo });
});
