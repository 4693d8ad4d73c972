import fc from "fast-check";
import { expect, test } from "vitest";
import { quantile, quantiles } from "./quantiles.ts";

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 250 });
const shares = fc.constantFrom([0.5, 50], [0.95, 95], [0.99, 99]);

test("a quantile is the smallest value that at least that share of all does not exceed", () => {
  fc.assert(
    fc.property(values, shares, (list, [q, percent]) => {
      const found = quantile(
        list.toSorted((x, y) => x - y),
        q as number,
      ) as number;
      const below = (limit: (value: number) => boolean) => list.filter(limit).length * 100;
      expect(below((value) => value <= found)).toBeGreaterThanOrEqual((percent as number) * list.length);
      expect(below((value) => value < found)).toBeLessThan((percent as number) * list.length);
    }),
    { seed: 8 },
  );
});

test("the order of the values does not matter, and the input is unchanged", () => {
  const list = [30, 10, 20];
  expect(quantiles(list)).toEqual({ p50: 20, p95: 30, p99: 30, count: 3 });
  expect(list).toEqual([30, 10, 20]);
});

test("no values have no quantile", () => {
  expect(quantiles([])).toEqual({ p50: null, p95: null, p99: null, count: 0 });
});

test("the lowest quantile is the first value and the highest the last", () => {
  expect([quantile([1, 2, 3, 4], 0), quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 1)]).toEqual([1, 2, 4]);
  expect(quantile([1, 2, 3, 4], 1.5)).toBe(4);
  expect([quantile([], 0.5), quantile([7], 0.5)]).toEqual([null, 7]);
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(quantiles(hundred)).toEqual({ p50: 50, p95: 95, p99: 99, count: 100 });
});
