/**
 * By how much the values of B lie above those of A: the median of all differences of one of B and one of A, and the range
 * of the differences that the exact test of Mann and Whitney would not reject as a shift, which holds the true one with
 * 95 % at least. It supposes independent runs whose distributions have the same shape; with ties it holds more often.
 * Source: Hodges & Lehmann, Annals of Mathematical Statistics 34 (1963); Hollander, Wolfe & Chicken, "Nonparametric
 * Statistical Methods", 3rd ed., 4.2 and 4.3. Where the exact distribution is too much work, it is the normal one's.
 *
 * A censored value is at least so much: then estimate and ends are told by the least and the most they can be.
 */
import type { Observation } from "./median.ts";
import { rankSums } from "./rank-sums.ts";

/** What is known of a figure; an end may be infinite. Both are the same when it is known. */
export interface Bounds {
  low: number;
  high: number;
}

export interface Shift {
  estimate: Bounds;
  /** `null` when there are too few values for any: 4 and 4 or 3 and 5 are the least. */
  interval: Bounds | null;
}

const SIDE = 0.025;
export const Z95 = 1.959963984540054;

/** `null` when a side has no value. */
export function hodgesLehmann(a: readonly Observation[], b: readonly Observation[]): Shift | null {
  if (a.length === 0 || b.length === 0) return null;
  const [lowest, highest] = [differences(b, a, "low"), differences(b, a, "high")];
  const count = lowest.length;
  const middle = (of: Float64Array) =>
    ((of[Math.ceil(count / 2) - 1] as number) + (of[Math.floor(count / 2)] as number)) / 2;
  const rank = shiftRank(a.length, b.length);
  return {
    estimate: { low: middle(lowest), high: middle(highest) },
    interval: rank === 0 ? null : { low: lowest[rank - 1] as number, high: highest[count - rank] as number },
  };
}

/** The least or the most that each difference can be, in order. */
function differences(b: readonly Observation[], a: readonly Observation[], end: keyof Bounds): Float64Array {
  const most = ({ value, censored }: Observation) => (censored ? Number.POSITIVE_INFINITY : value);
  const all = b.flatMap((one) => a.map((other) => (end === "low" ? one.value - most(other) : most(one) - other.value)));
  return Float64Array.from(all).sort();
}

/** The interval goes from the so-many-th smallest difference to the so-many-th largest; 0 when there is none. */
export function shiftRank(n: number, m: number): number {
  const chances = rankSums(
    Array.from({ length: n + m }, (_, index) => index),
    m,
  );
  if (chances === null) return Math.floor((n * m) / 2 - Z95 * Math.sqrt((n * m * (n + m + 1)) / 12));
  const lowest = (m * (m - 1)) / 2;
  let [rank, below] = [0, chances[lowest] as number];
  while (below <= SIDE) {
    rank += 1;
    below += chances[lowest + rank] as number;
  }
  return rank;
}
