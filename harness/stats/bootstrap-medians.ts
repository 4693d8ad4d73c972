/**
 * The difference of two medians with a percentile bootstrap interval: values are redrawn within each group. Assumes
 * independent runs and values that represent the whole distribution. Below 6 values per group they do not, so there is no
 * interval. Source: Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), 13.3.
 *
 * A censored value is a lower bound: the bounds then range from the least to the most they can be.
 */
import type { Bounds } from "./hodges-lehmann.ts";
import type { Observation } from "./median.ts";
import { quantile } from "./quantiles.ts";
import type { Random } from "./rank-test.ts";

export const FEWEST = 6;
const DRAWS = 2000;

/** The 95 % interval of B minus A; `null` with fewer than 6 values in a group. */
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
