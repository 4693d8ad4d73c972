import { expect, test } from "vitest";
import { tQuantile } from "./student-t.ts";

// Student's table as it is printed in textbooks: degrees of freedom, and the t of 95 %, 97.5 % and 99.5 %.
test.each([
  [1, 6.314, 12.706, 63.657],
  [2, 2.92, 4.303, 9.925],
  [3, 2.353, 3.182, 5.841],
  [5, 2.015, 2.571, 4.032],
  [9, 1.833, 2.262, 3.25],
  [13, 1.771, 2.16, 3.012],
  [30, 1.697, 2.042, 2.75],
  [120, 1.658, 1.98, 2.617],
])("with %i degrees of freedom it is that of the printed table", (degrees, at95, at975, at995) => {
  const found = [0.95, 0.975, 0.995].map((p) => Number(tQuantile(p, degrees).toFixed(3)));
  expect(found).toEqual([at95, at975, at995]);
});

test("with one degree of freedom it is a tangent, with two a root, with very many the normal one", () => {
  for (const p of [0.6, 0.9, 0.999]) {
    expect(tQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 9);
    expect(tQuantile(p, 2) / ((2 * p - 1) / Math.sqrt(2 * p * (1 - p)))).toBeCloseTo(1, 9);
  }
  expect(tQuantile(0.975, 1e7)).toBeCloseTo(1.959964, 5);
});

test("it is the same on both sides, and 0 in the middle", () => {
  expect(tQuantile(0.025, 7)).toBe(-tQuantile(0.975, 7));
  expect(tQuantile(0.5, 7)).toBeCloseTo(0, 9);
});

test("there is none outside of the shares, nor without a degree of freedom", () => {
  expect([tQuantile(0, 5), tQuantile(1, 5), tQuantile(0.5, 0)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
