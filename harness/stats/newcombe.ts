/**
 * The 95 % interval of the difference of two shares: the two Wilson intervals, combined by squares (method 10 of the eleven
 * compared in the source). Has their assumptions, and assumes that the two groups are independent. Source: Newcombe,
 * "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), 873–890.
 */
import type { Bounds } from "./hodges-lehmann.ts";
import { wilson } from "./wilson.ts";

export interface Share {
  k: number;
  n: number;
}

/** For B minus A. Each n is at least 1. */
export function newcombe(a: Share, b: Share): Bounds {
  const [from, to] = [wilson(a.k, a.n), wilson(b.k, b.n)];
  const [pA, pB] = [a.k / a.n, b.k / b.n];
  return {
    low: pB - pA - Math.hypot(pB - to.low, from.high - pA),
    high: pB - pA + Math.hypot(to.high - pB, pA - from.low),
  };
}
