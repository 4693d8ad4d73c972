import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chance,
  firstVersionOf,
  IDENTIFIER_SYSTEM,
  kindOfWrite,
  planWrite,
  RESOURCES,
  registerIdPrefix,
  registerOf,
  SEED_LIMIT,
  seedBundle,
  seedIdPrefix,
  WRITE_KINDS,
  WRITE_LIMIT,
  type WriteKind,
  writeId,
  writeIdPrefix,
  writeNumber,
} from "./write.ts";

const RUNS = { seed: 7 };
const MIX = { put: 5, post: 3, bundle: 1, update: 1 };
const seed = fc.nat({ max: SEED_LIMIT - 1 });
const number = fc.nat({ max: 9_999_999 });

test("seed and number alone determine a write", () => {
  fc.assert(
    fc.property(seed, number, (s, n) => {
      expect(planWrite(s, n, MIX)).toEqual(planWrite(s, n, { ...MIX }));
      expect(planWrite(s, n, MIX).kind).toBe(kindOfWrite(s, n, MIX));
    }),
    RUNS,
  );
});

describe("a write's id", () => {
  test("fits into HAPI's X-Request-ID, up to the last seed and ten million writes", () => {
    for (const id of [writeId(SEED_LIMIT - 1, 9_999_999), writeId(0, 0)]) expect(id).toMatch(/^[a-z0-9-]{1,16}$/);
    fc.assert(
      fc.property(seed, number, (s, n) => {
        expect(writeId(s, n)).toMatch(/^[a-z0-9-]{1,16}$/);
      }),
      RUNS,
    );
  });

  test("is unique per number and seed, and no seed's prefix begins another's id", () => {
    fc.assert(
      fc.property(seed, number, seed, number, (s1, n1, s2, n2) => {
        expect(writeId(s1, n1) === writeId(s2, n2)).toBe(s1 === s2 && n1 === n2);
        expect(writeId(s2, n2).startsWith(writeIdPrefix(s1))).toBe(s1 === s2);
      }),
      RUNS,
    );
  });
});

describe("the number of a write", () => {
  test("is found from its id", () => {
    fc.assert(
      fc.property(seed, number, (s, n) => {
        expect(writeNumber(s, writeId(s, n))).toBe(n);
      }),
      RUNS,
    );
  });

  test.each(["w7-", "w7--1", "w7-1.5", "w7-01", "w7-1e3", "w7- 1", "w7-x", `w7-${WRITE_LIMIT}`, "w8-1", "r7-1", ""])(
    "is not found in %j",
    (id) => {
      expect(writeNumber(7, id)).toBeNull();
    },
  );

  test("is below the limit", () => {
    expect(writeNumber(7, `w7-${WRITE_LIMIT - 1}`)).toBe(WRITE_LIMIT - 1);
  });
});

describe("the kinds of write", () => {
  const share = (s: number, kind: WriteKind, mix = MIX) =>
    Array.from({ length: 5000 }, (_, n) => kindOfWrite(s, n, mix)).filter((k) => k === kind).length / 5000;

  test.each([1, 4711, SEED_LIMIT - 1])("occur about as often as in the mix, seed %i", (s) => {
    expect(share(s, "put")).toBeCloseTo(0.5, 1);
    expect(share(s, "post")).toBeCloseTo(0.3, 1);
    for (const kind of ["bundle", "update"] as const) {
      expect(share(s, kind)).toBeGreaterThan(0.08);
      expect(share(s, kind)).toBeLessThan(0.12);
    }
  });

  test("without a weight never occur", () => {
    expect(share(5, "bundle", { put: 1, post: 1, bundle: 0, update: 1 })).toBe(0);
    expect(share(5, "post", { put: 0, post: 2, bundle: 0, update: 0 })).toBe(1);
  });
});

test("chance is in [0, 1) and does not repeat along the numbers", () => {
  const drawn = Array.from({ length: 2000 }, (_, n) => chance(4711, n));
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...drawn)).toBeLessThan(1);
  expect(new Set(drawn).size).toBeGreaterThan(1990);
});

describe("what is sent", () => {
  const planned = (kind: WriteKind) => {
    const n = Array.from({ length: 100 }, (_, i) => i).find((i) => kindOfWrite(4711, i, MIX) === kind) as number;
    const write = planWrite(4711, n, MIX);
    return { ...write, json: JSON.stringify(write.body) };
  };

  test("a put names its own resource", () => {
    const { id, method, path, body } = planned("put");
    expect([method, path]).toEqual(["PUT", `Patient/${id}`]);
    expect(body).toMatchObject({ resourceType: "Patient", id });
  });

  test("an update writes the register of its number, whose first version is by no write", () => {
    const { n, method, path, body, json } = planned("update");
    const first = firstVersionOf(4711, registerOf(n));
    expect([method, path]).toEqual(["PUT", first.path]);
    expect(body).toMatchObject({ resourceType: "Patient", id: first.id });
    expect(json.replaceAll(writeId(4711, n), first.id)).toBe(JSON.stringify(first.body));
    expect(writeNumber(4711, first.id)).toBeNull();
  });

  test("a post leaves the id to the server", () => {
    const { method, path, body } = planned("post");
    expect([method, path]).toEqual(["POST", "Patient"]);
    expect(body).not.toHaveProperty("id");
  });

  test("a transaction has the given number of resources", () => {
    const { method, path, body } = planned("bundle");
    expect([method, path, RESOURCES.bundle]).toEqual(["POST", "", 3]);
    expect((body as { entry: unknown[] }).entry).toHaveLength(RESOURCES.bundle);
  });

  test("each resource has the write's identifier", () => {
    for (const kind of WRITE_KINDS) {
      const { id, json } = planned(kind);
      expect(json.split(`{"system":"${IDENTIFIER_SYSTEM}","value":"${id}"}`)).toHaveLength(RESOURCES[kind] + 1);
    }
  });
});

test("seeded resources belong to no write and no register, and are deterministic", () => {
  const { id, body } = seedBundle(7, 200, 203);
  const { type, entry } = body as { type: string; entry: { resource: { id: string }; request: object }[] };
  expect([type, entry.map(({ resource }) => resource.id)]).toEqual(["transaction", ["s7-200", "s7-201", "s7-202"]]);
  expect(entry[0]).toEqual({
    request: { method: "PUT", url: "Patient/s7-200" },
    resource: {
      ...{ resourceType: "Patient", id: "s7-200", identifier: [{ system: IDENTIFIER_SYSTEM, value: "s7-200" }] },
      ...{ name: [{ family: "s7-200", given: ["Drill"] }], gender: "unknown", birthDate: "1970-01-01" },
    },
  });
  expect(id).toBe("s7-200");
  expect(writeNumber(7, id)).toBeNull();
  fc.assert(
    fc.property(seed, seed, (s, other) => {
      const prefix = seedIdPrefix(s);
      for (const taken of [writeIdPrefix(other), registerIdPrefix(other)])
        expect(prefix.startsWith(taken) || taken.startsWith(prefix)).toBe(false);
      expect(seedBundle(s, 9_999_999, 10_000_000).id).toMatch(/^[a-z0-9-]{1,16}$/);
    }),
    RUNS,
  );
});
