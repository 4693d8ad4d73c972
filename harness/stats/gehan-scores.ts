/**
 * Of each value, how many others it surely exceeds less how many surely exceed it: what a rank is where values may be
 * censored (Gehan, "A generalized Wilcoxon test for comparing arbitrarily singly-censored samples", Biometrika 52, 1965).
 *
 * What is at least so much surely exceeds a value that was seen and is no more than that; of it and a greater one, or of two
 * that are censored, nobody can say which is more. Without censoring the score is twice the rank, less n + 1.
 */
import type { Observation } from "./median.ts";

export function gehanScores(values: readonly Observation[]): number[] {
  return values.map((one) => values.reduce((score, other) => score + surely(one, other) - surely(other, one), 0));
}

/** 1 if the first surely exceeds the second, else 0. */
function surely(one: Observation, other: Observation): number {
  if (other.censored) return 0;
  return Number(one.censored ? one.value >= other.value : one.value > other.value);
}
