/**
 * Are the values of one group larger than those of the other? The test of Wilcoxon (1945) and Mann and Whitney (1947) with
 * mean ranks for ties: the probability that a random assignment of the same values to the two groups gives B ranks as high as
 * observed. Assumes independent runs, and nothing about their distribution. Exact if counting all assignments is feasible;
 * otherwise by 9999 random ones, counted together with the observed one (Phipson & Smyth, Statistical Applications in
 * Genetics and Molecular Biology 9, 2010). For zeros and ones it is Fisher's exact test.
 *
 * A censored value is a lower bound. Each direction is then tested on the least favourable completion. For "B greater": every
 * censored value of A is above all others, every one of B is at its bound, and ties count as B less, because tied values may
 * differ in truth. Whatever the true values, and however ties are resolved, p is no larger, so nothing is claimed that an
 * unobserved end could refute. (Mean ranks for values that are tied in truth are a different test, and may give a slightly
 * larger p.) Unlike Gehan's test (Biometrika 52, 1965), which would find more, it assumes nothing about the cause of censoring.
 */
import type { Observation } from "./median.ts";
import { rankSums } from "./rank-sums.ts";

/** A random number in [0, 1). */
export type Random = () => number;

/** The p value, and the smallest that any assignment of the values to the groups could give. */
export interface Chance {
  p: number;
  least: number;
}

export interface RankTest {
  /** One-sided: B greater, or B less. */
  greater: Chance;
  less: Chance;
  /** Two-sided: twice the smaller. */
  either: Chance;
  method: "exact" | "random";
}

const DEALS = 9999;

/** `null` if a group has no value. */
export function rankTest(a: readonly Observation[], b: readonly Observation[], random: Random): RankTest | null {
  if (a.length === 0 || b.length === 0) return null;
  const least = (values: readonly Observation[], sign: number) => values.map(({ value }) => sign * value);
  const most = (values: readonly Observation[], sign: number) =>
    values.map(({ value, censored }) => sign * (censored ? Number.POSITIVE_INFINITY : value));
  const known = ![...a, ...b].some(({ censored }) => censored);
  const rank = known ? meanRanks : ranksAgainst;
  const up = tail(rank(most(a, 1), least(b, 1)), b.length, random);
  const down = tail(rank(least(a, -1), most(b, -1)), b.length, random);
  const either = { p: twice(Math.min(up.p, down.p)), least: twice(Math.min(up.least, down.least)) };
  return { greater: up, less: down, either, method: up.exact && down.exact ? "exact" : "random" };
}

export function twice(p: number): number {
  return Math.min(1, 2 * p);
}

/** The probability that random assignment gives B, the last `size` ranks, at least its observed sum. */
function tail(ranks: readonly number[], size: number, random: Random): Chance & { exact: boolean } {
  const found = sum(ranks.slice(-size));
  const chances = rankSums(ranks, size);
  if (chances !== null) {
    return { p: Math.min(1, sum(chances.slice(found))), least: chances.at(-1) as number, exact: true };
  }
  let reached = 0;
  for (let deal = 0; deal < DEALS; deal += 1) if (sum(drawn(ranks, size, random)) >= found) reached += 1;
  return { p: (reached + 1) / (DEALS + 1), least: 1 / (DEALS + 1), exact: false };
}

/** Mean ranks, doubled so that they are integers. */
function meanRanks(a: readonly number[], b: readonly number[]): number[] {
  const values = [...a, ...b];
  const sorted = values.toSorted((x, y) => x - y);
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value));
}

/** Ranks with ties between A and B resolved against B. */
function ranksAgainst(a: readonly number[], b: readonly number[]): number[] {
  const values = [...a, ...b];
  const order = [...values.keys()].toSorted((x, y) => {
    const [one, other] = [values[x] as number, values[y] as number];
    return one === other ? y - x : one - other;
  });
  const ranks = new Array<number>(values.length);
  for (const [rank, index] of order.entries()) ranks[index] = rank;
  return ranks;
}

/** The first `count` of a shuffle (Fisher-Yates). */
function drawn(from: readonly number[], count: number, random: Random): number[] {
  const cards = [...from];
  for (let place = 0; place < count; place += 1) {
    const other = place + Math.floor(random() * (cards.length - place));
    [cards[place], cards[other]] = [cards[other] as number, cards[place] as number];
  }
  return cards.slice(0, count);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
