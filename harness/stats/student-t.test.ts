import { expect, test } from "vitest";
import { tQuantile } from "./student-t.ts";

// Student's table from textbooks: degrees of freedom, and t at 95 %, 97.5 % and 99.5 %.
test.each([
  [1, 6.314, 12.706, 63.657],
  [2, 2.92, 4.303, 9.925],
  [3, 2.353, 3.182, 5.841],
  [5, 2.015, 2.571, 4.032],
  [9, 1.833, 2.262, 3.25],
  [13, 1.771, 2.16, 3.012],
  [30, 1.697, 2.042, 2.75],
  [120, 1.658, 1.98, 2.617],
])("with %i degrees of freedom, t is that of the printed table", (degrees, at95, at975, at995) => {
  const found = [0.95, 0.975, 0.995].map((p) => Number(tQuantile(p, degrees).toFixed(3)));
  expect(found).toEqual([at95, at975, at995]);
});

test("t is a tangent with one degree of freedom, a root with two, and normal with very many", () => {
  for (const p of [0.6, 0.9, 0.999]) {
    expect(tQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 9);
    expect(tQuantile(p, 2) / ((2 * p - 1) / Math.sqrt(2 * p * (1 - p)))).toBeCloseTo(1, 9);
  }
  expect(tQuantile(0.975, 1e7)).toBeCloseTo(1.959964, 5);
});

test("t is symmetric, and 0 in the middle", () => {
  expect(tQuantile(0.025, 7)).toBe(-tQuantile(0.975, 7));
  expect(tQuantile(0.5, 7)).toBeCloseTo(0, 9);
});

test("t is NaN for shares outside of (0, 1) and without degrees of freedom", () => {
  expect([tQuantile(0, 5), tQuantile(1, 5), tQuantile(0.5, 0)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
