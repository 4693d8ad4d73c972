import fc from "fast-check";
import { expect, test } from "vitest";
import { NameTable } from "./name-table.ts";

test("a table behaves like a Map", () => {
  // Few ids and kinds, so that codes repeat; steps that share their low bits, so that codes collide.
  const code = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.nat({ max: 400 }), fc.constantFrom(1, 1024, 2 ** 33))
    .map(([kind, id, step]) => kind * 2 ** 44 + id * step);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(code, fc.nat()), { maxLength: 3000, size: "max" }),
      fc.array(code),
      (entries, others) => {
        const [table, map] = [new NameTable(), new Map(entries)];
        for (const [key, value] of entries) table.set(key, value);
        for (const key of [...map.keys(), ...others]) expect(table.get(key)).toBe(map.get(key) ?? -1);
        expect(new Map(table)).toEqual(map);
        expect(table.size).toBe(map.size);
      },
    ),
    { seed: 20260105, numRuns: 30 },
  );
});
