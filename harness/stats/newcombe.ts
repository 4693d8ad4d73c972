/**
 * The difference of two shares, with 95 %: the two Wilson intervals combined as squares (the tenth of eleven methods that
 * were compared). It supposes what they suppose, and that the two sides are independent. Source: Newcombe, "Interval
 * estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), 873–890.
 */
import type { Bounds } from "./hodges-lehmann.ts";
import { wilson } from "./wilson.ts";

export interface Share {
  k: number;
  n: number;
}

/** Of B less A, each of 1 at least. */
export function newcombe(a: Share, b: Share): Bounds {
  const [from, to] = [wilson(a.k, a.n), wilson(b.k, b.n)];
  const [pA, pB] = [a.k / a.n, b.k / b.n];
  return {
    low: pB - pA - Math.hypot(pB - to.low, from.high - pA),
    high: pB - pA + Math.hypot(to.high - pB, pA - from.low),
  };
}
