/**
 * Are the values of one side larger than those of the other? The test of Wilcoxon (1945) and Mann and Whitney (1947) with
 * mean ranks for ties: how rarely would chance alone, dealing the same values out to the two sides, give B ranks as high
 * as it has? It supposes that the runs are independent, and nothing about their distribution. Exact where counting all
 * deals is bounded; beyond that by 9999 random ones, counted with the one that was found (Phipson & Smyth, Statistical
 * Applications in Genetics and Molecular Biology 9, 2010). Of zeros and ones it is Fisher's exact test.
 *
 * A censored value is at least so much. Each direction is then asked of the completion that speaks most against it: B
 * greater, with every censored value of A beyond all others, every one of B no more than was seen, and ties taken for B
 * being less, because what ties may be apart in truth. Whatever it was in the end, with ties dealt out in any way, the
 * chance is no larger: nothing is claimed that what was not seen could refute. (Mean ranks, for what does tie in the
 * end, are another test, and may give a little more.) Nothing is supposed about why it was not seen, as Gehan's test
 * does (Biometrika 52, 1965), which would find more.
 */
import type { Observation } from "./median.ts";
import { rankSums } from "./rank-sums.ts";

/** From 0 to 1, without 1. */
export type Random = () => number;

/** The chance of a result like the one found, and the least that chance could have been, whoever had which value. */
export interface Chance {
  p: number;
  least: number;
}

export interface RankTest {
  /** One-sided: B's values are greater, or less. */
  greater: Chance;
  less: Chance;
  /** Two-sided: twice the smaller. */
  either: Chance;
  method: "exact" | "random";
}

const DEALS = 9999;

/** `null` when a side has no value. */
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

/** The chance that ranks dealt at random give B, the last of them, at least the sum it has. */
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

/** Doubled, so that they are whole numbers. */
function meanRanks(a: readonly number[], b: readonly number[]): number[] {
  const values = [...a, ...b];
  const sorted = values.toSorted((x, y) => x - y);
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value));
}

/** Where A and B tie, B is below. */
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

/** The first of a shuffle (Fisher & Yates). */
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
