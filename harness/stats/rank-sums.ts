/**
 * How the sum of some of these ranks is distributed when every choice of that many is as likely as any other: the null
 * distribution of Wilcoxon's and Mann and Whitney's test, with ties as they are. Exact, by counting in how many ways each
 * sum comes about, a rank at a time. Source: Streitberg & Röhmel, "Exact distributions for permutation and rank tests",
 * Statistical Software Newsletter 12 (1986).
 */

/** Beyond so many additions nobody waits for it. */
const MOST_WORK = 2e7;

/** The chance of each sum, by the sum; `null` if it were too much work. Ranks are whole numbers and not negative. */
export function rankSums(ranks: readonly number[], size: number): Float64Array | null {
  const largest = ranks
    .toSorted((x, y) => y - x)
    .slice(0, size)
    .reduce((sum, rank) => sum + rank, 0);
  if (ranks.length * size * largest > MOST_WORK) return null;
  const width = largest + 1;
  /** Row k: in how many ways k of the ranks seen so far add up to each sum. */
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
