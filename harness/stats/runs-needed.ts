/**
 * How many runs per group the Mann-Whitney test needs to detect an effect of the observed size with a power of 80 %:
 * N = (z of the level + z of the power)² t / (3 (p - 1/2)²) in both groups together, where p is the probability that a run of B
 * is above one of A, and t is the share of the ranks' variance that ties leave. Source: Noether, Journal of the American
 * Statistical Association 82 (1987), for groups of equal size. The effect observed in few runs is itself uncertain, so this is
 * an order of magnitude. For zeros and ones it is the usual formula for two shares.
 */
import type { Observation } from "./median.ts";
import { tQuantile } from "./student-t.ts";

const POWER = 0.8;
/** Degrees of freedom at which Student's t is practically normal. */
const MANY = 1e8;

/** Per group, for a two-sided test at this level. Infinite without an effect; `null` if censoring hides its direction. */
export function runsNeeded(a: readonly Observation[], b: readonly Observation[], level: number): number | null {
  const above = { low: 0, high: 0 };
  for (const one of b)
    for (const other of a) {
      above.low += other.censored ? 0 : order(one.value, other.value);
      above.high += one.censored ? 1 : order(one.value, other.value);
    }
  const pairs = a.length * b.length;
  const [low, high] = [above.low / pairs - 0.5, above.high / pairs - 0.5];
  if (low !== high && low <= 0 && high >= 0) return null;
  const effect = Math.min(Math.abs(low), Math.abs(high));
  const z = tQuantile(1 - level / 2, MANY) + tQuantile(POWER, MANY);
  return Math.ceil((z ** 2 * untied([...a, ...b])) / (6 * effect ** 2));
}

function order(one: number, other: number): number {
  return one > other ? 1 : one === other ? 0.5 : 0;
}

function untied(values: readonly Observation[]): number {
  const groups = Map.groupBy(values, ({ value, censored }) => (censored ? Number.POSITIVE_INFINITY : value));
  groups.delete(Number.POSITIVE_INFINITY);
  const tied = (count: number) => count ** 3 - count;
  return 1 - [...groups.values()].reduce((sum, { length }) => sum + tied(length), 0) / tied(values.length);
}
