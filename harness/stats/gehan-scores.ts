/**
 * For each value, the number of others it certainly exceeds minus the number that certainly exceed it: the equivalent of a rank
 * for censored values (Gehan, "A generalized Wilcoxon test for comparing arbitrarily singly-censored samples", Biometrika 52,
 * 1965).
 *
 * A lower bound certainly exceeds an observed value up to that bound. Against a greater value, or another lower bound, the order
 * is unknown. Without censoring, the score is twice the rank minus (n + 1).
 */
import type { Observation } from "./median.ts";

export function gehanScores(values: readonly Observation[]): number[] {
  return values.map((one) => values.reduce((score, other) => score + certainly(one, other) - certainly(other, one), 0));
}

/** 1 if the first certainly exceeds the second, else 0. */
function certainly(one: Observation, other: Observation): number {
  if (other.censored) return 0;
  return Number(one.censored ? one.value >= other.value : one.value > other.value);
}
