/**
 * The exact distribution of the sum of `size` of these ranks if every choice is equally likely: the null distribution of the
 * Wilcoxon-Mann-Whitney test, with ties. Counts the ways to reach each sum, one rank at a time. Source: Streitberg & Röhmel,
 * "Exact distributions for permutation and rank tests", Statistical Software Newsletter 12 (1986).
 */

/** The most additions that a user waits for. */
const MOST_WORK = 2e7;

/** The probability of each sum, indexed by the sum; `null` if too expensive. Ranks are non-negative integers. */
export function rankSums(ranks: readonly number[], size: number): Float64Array | null {
  const largest = ranks
    .toSorted((x, y) => y - x)
    .slice(0, size)
    .reduce((sum, rank) => sum + rank, 0);
  if (ranks.length * size * largest > MOST_WORK) return null;
  const width = largest + 1;
  /** Row k: the number of ways in which k of the ranks so far add up to each sum. */
  const ways = new Float64Array((size + 1) * width);
  ways[0] = 1;
  for (const [seen, rank] of ranks.entries())
    for (let k = Math.min(size, seen + 1); k > 0; k -= 1)
      for (let sum = largest; sum >= rank; sum -= 1) {
        const at = k * width + sum;
        ways[at] = (ways[at] as number) + (ways[at - width - rank] as number);
      }
  const chosen = ways.slice(size * width);
  const all = chosen.reduce((sum, count) => sum + count, 0);
  return chosen.map((count) => count / all);
}
