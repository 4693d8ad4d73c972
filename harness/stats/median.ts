/**
 * The median of few values, with its confidence interval.
 *
 * A value may be censored: a lower bound, because its end was not observed. An order statistic may then be censored, too, if it
 * depends on where the censored values really are. It is represented by the least it can be.
 *
 * The interval goes from the k-th smallest to the k-th largest value, with the greatest k that gives at least 95 % coverage for
 * any distribution. Each value is below the true median with probability 1/2, so the median is outside with twice the
 * probability of fewer than k heads in n tosses. Below 6 values no k qualifies; the range is given instead, without a coverage.
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
  /** The probability that the interval contains the true median; `null` for a range. */
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

/** The least that each order statistic can be; censored if it may be more. */
function inOrder(values: readonly Observation[]): Observation[] {
  const sorted = (most: boolean) =>
    values
      .map(({ value, censored }) => (most && censored ? Number.POSITIVE_INFINITY : value))
      .toSorted((x, y) => x - y);
  const most = sorted(true);
  return sorted(false).map((value, index) => ({ value, censored: most[index] !== value }));
}

/** Rank 0: there is no interval. */
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
