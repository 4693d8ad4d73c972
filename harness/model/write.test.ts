import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chance,
  IDENTIFIER_SYSTEM,
  kindOfWrite,
  planWrite,
  RESOURCES,
  SEED_LIMIT,
  type WriteKind,
  writeId,
  writeIdPrefix,
} from "./write.ts";

const RUNS = { seed: 7, numRuns: 500 };
const MIX = { put: 6, post: 3, bundle: 1 };
const seed = fc.nat({ max: SEED_LIMIT - 1 });
const number = fc.nat({ max: 9_999_999 });

test("a write is decided by seed and number alone", () => {
  fc.assert(
    fc.property(seed, number, (s, n) => {
      expect(planWrite(s, n, MIX)).toEqual(planWrite(s, n, { ...MIX }));
      expect(planWrite(s, n, MIX).kind).toBe(kindOfWrite(s, n, MIX));
    }),
    RUNS,
  );
});

describe("a write's id", () => {
  test("fits where HAPI keeps an X-Request-ID, up to the last seed and ten million writes", () => {
    for (const id of [writeId(SEED_LIMIT - 1, 9_999_999), writeId(0, 0)]) expect(id).toMatch(/^[a-z0-9-]{1,16}$/);
    fc.assert(
      fc.property(seed, number, (s, n) => {
        expect(writeId(s, n)).toMatch(/^[a-z0-9-]{1,16}$/);
      }),
      RUNS,
    );
  });

  test("differs for another number or another seed, and no seed's prefix begins another's id", () => {
    fc.assert(
      fc.property(seed, number, seed, number, (s1, n1, s2, n2) => {
        expect(writeId(s1, n1) === writeId(s2, n2)).toBe(s1 === s2 && n1 === n2);
        expect(writeId(s2, n2).startsWith(writeIdPrefix(s1))).toBe(s1 === s2);
      }),
      RUNS,
    );
  });
});

describe("the kinds of write", () => {
  const share = (s: number, kind: WriteKind, mix = MIX) =>
    Array.from({ length: 5000 }, (_, n) => kindOfWrite(s, n, mix)).filter((k) => k === kind).length / 5000;

  test.each([1, 4711, SEED_LIMIT - 1])("come about as often as the mix says, seed %i", (s) => {
    expect(share(s, "put")).toBeCloseTo(0.6, 1);
    expect(share(s, "post")).toBeCloseTo(0.3, 1);
    expect(share(s, "bundle")).toBeGreaterThan(0.08);
    expect(share(s, "bundle")).toBeLessThan(0.12);
  });

  test("without a weight never come", () => {
    expect(share(5, "bundle", { put: 1, post: 1, bundle: 0 })).toBe(0);
    expect(share(5, "post", { put: 0, post: 2, bundle: 0 })).toBe(1);
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

  test("a post leaves the name to the server", () => {
    const { method, path, body } = planned("post");
    expect([method, path]).toEqual(["POST", "Patient"]);
    expect(body).not.toHaveProperty("id");
  });

  test("a transaction holds as many resources as it says", () => {
    const { method, path, body } = planned("bundle");
    expect([method, path, RESOURCES.bundle]).toEqual(["POST", "", 3]);
    expect((body as { entry: unknown[] }).entry).toHaveLength(RESOURCES.bundle);
  });

  test("each resource bears the write's identifier", () => {
    for (const kind of ["put", "post", "bundle"] as const) {
      const { id, json } = planned(kind);
      expect(json.split(`{"system":"${IDENTIFIER_SYSTEM}","value":"${id}"}`)).toHaveLength(RESOURCES[kind] + 1);
    }
  });
});
