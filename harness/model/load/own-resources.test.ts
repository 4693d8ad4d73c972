import { describe, expect, test } from "vitest";
import { fingerprint } from "./content.ts";
import { type OwnResource, ownBody } from "./own-resources.ts";
import { IDENTIFIER_SYSTEM, planWrite, type WriteKind, writeId } from "./write.ts";

const about = (id: string, patient: string, more = {}): OwnResource => ({
  ...{ resourceType: "Observation", id, status: "final", subject: { reference: `Patient/${patient}`, display: "X" } },
  ...more,
});
const RESOURCES: OwnResource[] = [
  { resourceType: "Patient", id: "p1", meta: { versionId: "7" }, identifier: [{ value: "own" }], active: true },
  { resourceType: "Patient", id: "p2", generalPractitioner: [{ reference: "Practitioner/9" }] },
  about("o1", "p1", { encounter: { reference: "Encounter/1" }, device: { reference: "#inside", display: "d" } }),
  about("o2", "p1", { valueString: "second" }),
  about("o3", "p2"),
];
const MIX = { put: 1, post: 1, bundle: 1, update: 1 };
const form = (bundleEntries?: number, resources = RESOURCES) => ({ resources, bundleEntries });
const planned = (kind: WriteKind, of = form()) =>
  Array.from({ length: 200 }, (_, n) => planWrite(42, n, MIX, of)).filter((write) => write.kind === kind);
type Body = OwnResource & { identifier: { system?: string; value: string }[]; entry: { resource: Body }[] };

describe("a body", () => {
  const found = { system: IDENTIFIER_SYSTEM, value: "w" };

  test("has the write's id as its first identifier, and nothing that a server adds", () => {
    expect(ownBody(RESOURCES[0] as OwnResource, found, null)).toEqual({
      ...{ resourceType: "Patient", identifier: [found, { value: "own" }], active: true },
    });
  });

  test("refers only to the patient of its transaction", () => {
    const observation = RESOURCES[2] as OwnResource;
    expect(ownBody(observation, found, null)).toEqual({
      ...{ resourceType: "Observation", identifier: [found], status: "final", subject: { display: "X" } },
      ...{ encounter: { display: "not sent with it" }, device: { reference: "#inside", display: "d" } },
    });
    expect(ownBody(observation, found, "urn:uuid:1")).toMatchObject({
      subject: { reference: "urn:uuid:1", display: "X" },
    });
    expect(ownBody(RESOURCES[1] as OwnResource, found, null)).toMatchObject({
      generalPractitioner: [{ display: "not sent with it" }],
    });
  });
});

describe("a write", () => {
  test("takes the resources in turn, under the write's id", () => {
    for (const { n, id, path, body } of planned("put")) {
      const own = RESOURCES[n % RESOURCES.length] as OwnResource;
      expect([path, (body as Body).id]).toEqual([`${own.resourceType}/${id}`, id]);
      expect((body as Body).identifier[0]).toEqual({ system: IDENTIFIER_SYSTEM, value: writeId(42, n) });
    }
    for (const { n, path } of planned("post")) expect(path).toBe(RESOURCES[n % RESOURCES.length]?.resourceType);
  });

  test("of a register is a patient, a small one if there is no other", () => {
    for (const { body, path } of planned("update")) {
      expect(path).toMatch(/^Patient\/r16-/);
      expect((body as Body).resourceType).toBe("Patient");
    }
    for (const { body } of planned("update", form(undefined, RESOURCES.slice(2))))
      expect((body as Body).resourceType).toBe("Patient");
  });

  test.each([undefined, 10])("of a transaction is a patient and the resources about it, with %s entries", (entries) => {
    for (const { n, body } of planned("bundle", form(entries))) {
      const [first, ...others] = (body as Body).entry.map(({ resource }) => resource);
      expect([first?.resourceType, others.length]).toEqual(["Patient", (entries ?? 3) - 1]);
      for (const each of others) expect((each.subject as { reference: string }).reference).toMatch(/^urn:uuid:/);
      const isSecond = n % 2 === 1;
      const contents = new Set(others.map(fingerprint));
      expect(contents.size).toBe(isSecond ? 1 : 2);
    }
  });

  test("of a transaction without a patient has no subject reference", () => {
    for (const { body } of planned("bundle", form(undefined, RESOURCES.slice(2))))
      for (const { resource } of (body as Body).entry) expect(resource.subject).toEqual({ display: "X" });
  });
});
