import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint } from "../load/content.ts";
import { SITES } from "../plan/site.ts";
import { type StrandedVersion, savedIn, strandedBundle } from "./stranded.ts";

const version: fc.Arbitrary<StrandedVersion> = fc.record({
  side: fc.constantFrom(...SITES),
  write: fc.stringMatching(/^[a-z0-9-]{1,16}$/),
  resource: fc.stringMatching(/^Patient\/[A-Za-z0-9.-]{1,36}$/),
  version: fc.integer({ min: 1, max: 1000 }),
  pid: fc.integer({ min: 1, max: 2 ** 40 }),
  transaction: fc.nat(),
  body: fc.constantFrom(
    { resourceType: "Patient", gender: "unknown", subject: { reference: "Patient/other/_history/2" } },
    null,
  ),
});

test("saved versions are read back unchanged, newest first", () => {
  fc.assert(
    fc.property(fc.array(version), (versions) => {
      const read = savedIn(JSON.parse(JSON.stringify(strandedBundle(versions))));
      const expected = versions.map(({ transaction: _, body, ...saved }) => {
        return { ...saved, content: body && fingerprint(body), refersTo: body && "Patient/other" };
      });
      expect(read).toEqual(expected.toReversed());
    }),
    { seed: 31 },
  );
});

test("the bundle has each resource with its id and version, and deletions as such", () => {
  const saved = { side: "a", write: "w7-5", resource: "Patient/p", version: 2, pid: 9, transaction: 1 } as const;
  const [deleted, put] = [null, { resourceType: "Patient" }].map(
    (body) => (strandedBundle([{ ...saved, body }]) as { entry: object[] }).entry[0],
  );
  expect(put).toMatchObject({
    resource: { resourceType: "Patient", id: "p", meta: { versionId: "2" } },
    request: { method: "PUT", url: "Patient/p" },
  });
  expect(deleted).toMatchObject({ request: { method: "DELETE", url: "Patient/p" } });
  expect(deleted).not.toHaveProperty("resource");
});

test("a body that is missing or of another resource or version gives no content", () => {
  const saved = { side: "a", write: "w7-5", resource: "Patient/p", version: 2, pid: 9, transaction: 1 } as const;
  const body = { resourceType: "Patient", gender: "unknown" };
  const { entry } = strandedBundle([{ ...saved, body }]) as { entry: [{ resource: object }] };
  const contentOf = (resource: object | undefined) =>
    savedIn({ resourceType: "Bundle", entry: [{ ...entry[0], resource }] }).map(({ content }) => content);
  const { resource } = entry[0];
  expect(contentOf(resource)).toEqual([fingerprint(body)]);
  expect(contentOf({ ...resource, gender: "male" })).toEqual([fingerprint({ ...body, gender: "male" })]);
  for (const wrong of [undefined, { id: "q" }, { resourceType: "Basic" }, { meta: { versionId: "1" } }, { meta: 1 }])
    expect(contentOf(wrong && { ...resource, ...wrong })).toEqual([null]);
});

test("another bundle is rejected", () => {
  expect(() => savedIn({ resourceType: "Bundle", type: "history", entry: [{ fullUrl: "urn:x" }] })).toThrow();
  expect(() => savedIn({})).toThrow();
});
