/**
 * A least-squares line with its intervals. These assume that the points scatter around a line with constant variance,
 * independently and normally. Beyond the measured range they also assume that the relation stays linear.
 */
import { tQuantile } from "./student-t.ts";

export interface Point {
  x: number;
  y: number;
}

export interface Range {
  low: number;
  high: number;
}

export interface Line {
  slope: number;
  intercept: number;
  /** The standard deviation of the points around the line, in the unit of y. */
  residualDeviation: number;
  degreesOfFreedom: number;
  /** The 95 % confidence interval of the slope. */
  slopeRange: Range;
  /** The line at x, with the 95 % prediction interval of one more measurement. */
  predict: (x: number) => { y: number } & Range;
}

const TWO_SIDED = 0.975;

/** `null` if no line or no interval is determined: fewer than three points, or all at one x. */
export function leastSquares(points: readonly Point[]): Line | null {
  const n = points.length;
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / n;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spreadX = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (n < 3 || spreadX === 0) return null;
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
  const intercept = meanY - slope * meanX;
  const degreesOfFreedom = n - 2;
  const squares = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const residualDeviation = Math.sqrt(squares / degreesOfFreedom);
  const t = tQuantile(TWO_SIDED, degreesOfFreedom);
  const about = (middle: number, half: number): Range => ({ low: middle - half, high: middle + half });
  return {
    slope,
    intercept,
    residualDeviation,
    degreesOfFreedom,
    slopeRange: about(slope, (t * residualDeviation) / Math.sqrt(spreadX)),
    predict: (x) => {
      const y = intercept + slope * x;
      return { y, ...about(y, t * residualDeviation * Math.sqrt(1 + 1 / n + (x - meanX) ** 2 / spreadX)) };
    },
  };
}
