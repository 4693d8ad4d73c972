/**
 * The median of few values, and how far it may be off.
 *
 * A value may be censored: it is at least so much, and nobody saw how much. Then a place in the order may be censored, too:
 * where the values above it could go changes what stands there. Such a place is told by the least it can be.
 *
 * Interval: from the k-th smallest to the k-th largest value, by the greatest k with which it holds the true median with
 * 95 % at least, whatever the distribution: each value is below the true median by a fair coin, so the chance that it
 * lies outside is twice that of fewer than k heads in n throws. Below 6 values there is no such k; then it is the range
 * of all, and no claim.
 */
export interface Observation {
  value: number;
  censored: boolean;
}

export interface Spread {
  n: number;
  median: Observation;
  low: Observation;
  high: Observation;
  /** The chance with which an interval holds the true median; `null` for a range. */
  coverage: number | null;
}

const LEVEL = 0.95;

export function spread(values: readonly Observation[]): Spread | null {
  const n = values.length;
  if (n === 0) return null;
  const places = inOrder(values);
  const at = (rank: number) => places[rank - 1] as Observation;
  const [below, above] = [at(Math.ceil(n / 2)), at(Math.floor(n / 2) + 1)];
  const median = { value: (below.value + above.value) / 2, censored: below.censored || above.censored };
  const { rank, coverage } = intervalRank(n);
  return { n, median, low: at(Math.max(1, rank)), high: at(n + 1 - Math.max(1, rank)), coverage };
}

/** The least that can stand at each place; censored where the most is more. */
function inOrder(values: readonly Observation[]): Observation[] {
  const sorted = (most: boolean) =>
    values
      .map(({ value, censored }) => (most && censored ? Number.POSITIVE_INFINITY : value))
      .toSorted((x, y) => x - y);
  const most = sorted(true);
  return sorted(false).map((value, index) => ({ value, censored: most[index] !== value }));
}

/** Rank 0 is none. */
export function intervalRank(n: number): { rank: number; coverage: number | null } {
  let [rank, coverage]: [number, number | null] = [0, null];
  let logTerm = -n * Math.LN2;
  let fewer = 0;
  for (let k = 1; k <= n / 2; k += 1) {
    fewer += Math.exp(logTerm);
    if (2 * fewer > 1 - LEVEL) break;
    [rank, coverage] = [k, 1 - 2 * fewer];
    logTerm += Math.log((n - k + 1) / k);
  }
  return { rank, coverage };
}
