import { describe, expect, test } from "vitest";
import { fingerprint } from "./content.ts";
import { IDENTIFIER_SYSTEM, planWrite, sizesOf, type WriteForm, writeId } from "./write.ts";

const MIX = { put: 1, post: 1, bundle: 1, update: 1 };
const REALISTIC: WriteForm = { bodies: "realistic" };
type Resource = {
  resourceType: string;
  identifier: { system: string; value: string }[];
  subject?: { reference: string };
};
const resourcesOf = (n: number, form: WriteForm, seed = 42): Resource[] => {
  const { body } = planWrite(seed, n, MIX, form) as { body: { entry?: { resource: Resource }[] } };
  return body.entry ? body.entry.map(({ resource }) => resource) : [body as unknown as Resource];
};
const numbers = Array.from({ length: 200 }, (_, n) => n);
const bundle = numbers.find((n) => planWrite(42, n, MIX).kind === "bundle") as number;

function leaves(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value];
}

describe("realistic bodies", () => {
  test("have two to ten kilobytes each", () => {
    const sizes = numbers.flatMap((n) => resourcesOf(n, REALISTIC).map((each) => JSON.stringify(each).length));
    expect(Math.min(...sizes)).toBeGreaterThan(2000);
    expect(Math.max(...sizes)).toBeLessThan(10_000);
  });

  test("have their write's identifier first", () => {
    for (const n of numbers)
      for (const { identifier } of resourcesOf(n, REALISTIC))
        expect(identifier[0]).toEqual({ system: IDENTIFIER_SYSTEM, value: writeId(42, n) });
  });

  test("are determined by seed and number", () => {
    expect(resourcesOf(7, REALISTIC)).toEqual(resourcesOf(7, REALISTIC));
    const contents = numbers.flatMap((n) => resourcesOf(n, REALISTIC).map(fingerprint));
    expect(new Set(contents).size).toBe(contents.length);
    expect(resourcesOf(7, REALISTIC, 43).map(fingerprint)).not.toEqual(resourcesOf(7, REALISTIC).map(fingerprint));
  });

  test("contain nothing that a server might normalize", () => {
    for (const n of numbers)
      for (const each of leaves(resourcesOf(n, REALISTIC))) {
        if (typeof each === "number") expect(String(each)).toMatch(/^\d+(\.\d*[1-9])?$/);
        else if (typeof each === "string") expect(each).toMatch(/^\S+( \S+)*$/);
        else expect(typeof each).toBe("boolean");
      }
  });

  test("have the same kinds and paths as small ones", () => {
    for (const n of numbers) {
      const [small, large] = [planWrite(42, n, MIX), planWrite(42, n, MIX, REALISTIC)];
      expect([large.id, large.kind, large.method, large.path]).toEqual([
        small.id,
        small.kind,
        small.method,
        small.path,
      ]);
    }
  });
});

describe("a transaction", () => {
  test.each([10, 250, 1000])("of %d entries is a patient with distinct observations of it", (bundleEntries) => {
    for (const form of [{ bundleEntries }, { ...REALISTIC, bundleEntries }]) {
      const [patient, ...others] = resourcesOf(bundle, form);
      expect(patient?.resourceType).toBe("Patient");
      expect(others).toHaveLength(bundleEntries - 1);
      expect(new Set(others.map(({ resourceType }) => resourceType))).toEqual(new Set(["Observation"]));
      expect(new Set(others.map(({ subject }) => subject?.reference)).size).toBe(1);
      expect(new Set(others.map(fingerprint)).size).toBe(others.length);
    }
  });

  test("is unchanged by default", () => {
    for (const n of numbers) {
      expect(planWrite(42, n, MIX, {})).toEqual(planWrite(42, n, MIX));
      expect(planWrite(42, n, MIX, { bodies: "small" })).toEqual(planWrite(42, n, MIX));
    }
    expect(resourcesOf(bundle, {})).toHaveLength(3);
    expect([sizesOf({}), sizesOf({ bundleEntries: 50 })]).toEqual([
      [1, 1, 3, 1],
      [1, 1, 50, 1],
    ]);
  });
});
