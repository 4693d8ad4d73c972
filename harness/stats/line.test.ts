import { expect, test } from "vitest";
import { type Line, leastSquares, type Point } from "./line.ts";

// Anscombe's first set (The American Statistician 27, 1973), whose fit is printed there: 3.0 + 0.5 x, with a standard
// error of the slope of 0.118 and residual squares of 13.75 on 9 degrees of freedom.
const X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
const Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
const ANSCOMBE = X.map((x, i): Point => ({ x, y: Y[i] as number }));

test("the line, its scatter and the interval of its slope are those published for Anscombe's first set", () => {
  const line = leastSquares(ANSCOMBE) as Line;
  expect(line.slope).toBeCloseTo(0.5001, 4);
  expect(line.intercept).toBeCloseTo(3.0001, 4);
  expect(line.degreesOfFreedom).toBe(9);
  expect(line.residualDeviation ** 2 * 9).toBeCloseTo(13.763, 3);
  const half = (line.slopeRange.high - line.slopeRange.low) / 2;
  expect(half / 2.262157).toBeCloseTo(0.1179, 4);
  expect((line.slopeRange.high + line.slopeRange.low) / 2).toBeCloseTo(line.slope, 12);
});

test("the prediction interval is that of the formula, calculated by hand", () => {
  // (0,0) (1,2) (2,1): slope 1/2, intercept 1/2, residual squares 3/2 on 1 degree of freedom; mean x 1, spread 2.
  const line = leastSquares([
    { x: 0, y: 0 },
    { x: 1, y: 2 },
    { x: 2, y: 1 },
  ]) as Line;
  expect([line.slope, line.intercept]).toEqual([0.5, 0.5]);
  expect(line.residualDeviation).toBeCloseTo(Math.sqrt(1.5), 12);
  const t = Math.tan(Math.PI * 0.475);
  expect(line.slopeRange.high).toBeCloseTo(0.5 + t * Math.sqrt(1.5 / 2), 8);
  // At the mean: 1 + 1/3 of the variance; at x = 4: 1 + 1/3 + 9/2.
  expect(line.predict(1).high - 1).toBeCloseTo(t * Math.sqrt(1.5 * (4 / 3)), 8);
  const far = line.predict(4);
  expect(far.y).toBe(2.5);
  expect(far.high - far.y).toBeCloseTo(t * Math.sqrt(1.5 * (4 / 3 + 4.5)), 8);
  expect(far.y - far.low).toBeCloseTo(far.high - far.y, 12);
});

test("points on a line give intervals of width 0; others widen with distance", () => {
  const exact = leastSquares([1, 2, 5, 9].map((x) => ({ x, y: 3 - 2 * x }))) as Line;
  expect([exact.slope, exact.intercept, exact.residualDeviation]).toEqual([-2, 3, 0]);
  expect(exact.predict(1000)).toEqual({ y: -1997, low: -1997, high: -1997 });
  const line = leastSquares(ANSCOMBE) as Line;
  const width = (x: number) => line.predict(x).high - line.predict(x).low;
  expect(width(9)).toBeLessThan(width(14));
  expect(width(14)).toBeLessThan(width(100));
});

test("too few points, or all at one x, determine no line", () => {
  expect(leastSquares(ANSCOMBE.slice(0, 2))).toBeNull();
  expect(leastSquares([1, 2, 3].map((y) => ({ x: 5, y })))).toBeNull();
});
