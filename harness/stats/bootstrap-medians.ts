/**
 * The difference of two medians, and how far it may be off, by drawing from each side's own values again and again
 * (percentile bootstrap). It supposes independent runs, and that few values stand for the whole distribution: below 6 a
 * side they do not, so then there is none. Source: Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), 13.3.
 *
 * A censored value is at least so much: then the ends are told by the least and the most they can be.
 */
import type { Bounds } from "./hodges-lehmann.ts";
import type { Observation } from "./median.ts";
import { quantile } from "./quantiles.ts";
import type { Random } from "./rank-test.ts";

export const FEWEST = 6;
const DRAWS = 2000;

/** `null` with less than 6 values on a side. */
export function bootstrapMedians(a: readonly Observation[], b: readonly Observation[], random: Random): Bounds | null {
  if (a.length < FEWEST || b.length < FEWEST) return null;
  const lows = new Float64Array(DRAWS);
  const highs = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const { low, high } = medianDifference(redrawn(a, random), redrawn(b, random));
    [lows[draw], highs[draw]] = [low, high];
  }
  return { low: quantile(lows.sort(), 0.025) as number, high: quantile(highs.sort(), 0.975) as number };
}

export function medianDifference(a: readonly Observation[], b: readonly Observation[]): Bounds {
  const [from, to] = [medianBounds(a), medianBounds(b)];
  return { low: to.low - from.high, high: to.high - from.low };
}

function medianBounds(values: readonly Observation[]): Bounds {
  const middle = (of: number[]) => {
    const sorted = of.toSorted((x, y) => x - y);
    const { length } = sorted;
    return ((sorted[Math.ceil(length / 2) - 1] as number) + (sorted[Math.floor(length / 2)] as number)) / 2;
  };
  const low = middle(values.map(({ value }) => value));
  if (!values.some(({ censored }) => censored)) return { low, high: low };
  return { low, high: middle(values.map(({ value, censored }) => (censored ? Number.POSITIVE_INFINITY : value))) };
}

function redrawn(values: readonly Observation[], random: Random): Observation[] {
  return values.map(() => values[Math.floor(random() * values.length)] as Observation);
}
