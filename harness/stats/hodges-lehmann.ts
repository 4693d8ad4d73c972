/**
 * The Hodges-Lehmann shift of B against A: the median of all differences between a value of B and one of A. Its interval of at
 * least 95 % confidence has all shifts that the exact Mann-Whitney test does not reject. Assumes independent runs and
 * distributions of the same shape; ties make it conservative. Source: Hodges & Lehmann, Annals of Mathematical Statistics 34
 * (1963); Hollander, Wolfe & Chicken, "Nonparametric Statistical Methods", 3rd ed., 4.2 and 4.3. If the exact distribution is
 * too expensive, the normal approximation is used.
 *
 * A censored value is a lower bound: estimate and ends then range from the least to the most they can be.
 */
import type { Observation } from "./median.ts";
import { rankSums } from "./rank-sums.ts";

/** The bounds of a figure, equal if it is known exactly; either may be infinite. */
export interface Bounds {
  low: number;
  high: number;
}

export interface Shift {
  estimate: Bounds;
  /** `null` with too few values: at least 4 and 4, or 3 and 5, are needed. */
  interval: Bounds | null;
}

const TAIL = 0.025;
export const Z95 = 1.959963984540054;

/** `null` if a group has no value. */
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

/** The least or the most that each difference can be, sorted. */
function differences(b: readonly Observation[], a: readonly Observation[], end: keyof Bounds): Float64Array {
  const most = ({ value, censored }: Observation) => (censored ? Number.POSITIVE_INFINITY : value);
  const all = b.flatMap((one) => a.map((other) => (end === "low" ? one.value - most(other) : most(one) - other.value)));
  return Float64Array.from(all).sort();
}

/** The rank k of the interval, which goes from the k-th smallest to the k-th largest difference; 0 if there is none. */
export function shiftRank(n: number, m: number): number {
  const chances = rankSums(
    Array.from({ length: n + m }, (_, index) => index),
    m,
  );
  if (chances === null) return Math.floor((n * m) / 2 - Z95 * Math.sqrt((n * m * (n + m + 1)) / 12));
  const lowest = (m * (m - 1)) / 2;
  let [rank, below] = [0, chances[lowest] as number];
  while (below <= TAIL) {
    rank += 1;
    below += chances[lowest + rank] as number;
  }
  return rank;
}
