/** Shares and their differences, against published tables and the probabilities themselves. */
import { expect, test } from "vitest";
import { newcombe } from "./newcombe.ts";
import { atMost } from "./rule-of-three.ts";
import { wilson } from "./wilson.ts";

const rounded = ({ low, high }: { low: number; high: number }) => [low.toFixed(4), high.toFixed(4)];

// Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3.
test.each([
  [81, 263, "0.2553", "0.3662"],
  [15, 148, "0.0624", "0.1605"],
  [0, 20, "0.0000", "0.1611"],
  [1, 29, "0.0061", "0.1718"],
])("Wilson's interval of %i of %i", (k, n, low, high) => {
  expect(rounded(wilson(k, n))).toEqual([low, high]);
});

test("Wilson's interval is symmetric, and stays within 0 and 1", () => {
  for (const n of [1, 5, 40])
    for (let k = 0; k <= n; k += 1) {
      expect(wilson(k, n).low).toBeCloseTo(1 - wilson(n - k, n).high, 12);
      expect(wilson(k, n).low).toBeGreaterThanOrEqual(0);
    }
  expect(wilson(0, 7).low).toBe(0);
  expect(wilson(7, 7).high).toBe(1);
});

// Newcombe, Statistics in Medicine 17 (1998), 873–890, table II, method 10; there the first minus the second.
test.each([
  [56, 70, 48, 80, "0.0524", "0.3339"],
  [9, 10, 3, 10, "0.1705", "0.8090"],
  [5, 56, 0, 29, "-0.0381", "0.1926"],
])("Newcombe's interval of %i of %i minus %i of %i", (k1, n1, k2, n2, low, high) => {
  expect(rounded(newcombe({ k: k2, n: n2 }, { k: k1, n: n1 }))).toEqual([low, high]);
});

test("the bound of 0 of n is the share that gives 0 of n with 5 %, and 3 / n is slightly more", () => {
  for (const n of [1, 2, 6, 30, 1000]) {
    expect((1 - atMost(n)) ** n).toBeCloseTo(0.05, 12);
    expect(atMost(n)).toBeLessThan(3 / n);
  }
  expect(atMost(1000)).toBeCloseTo(0.003, 4);
});
