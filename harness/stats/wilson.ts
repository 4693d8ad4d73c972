/**
 * Wilson's 95 % score interval of the share behind "k of n". Assumes independent runs of equal probability. Source: Wilson,
 * Journal of the American Statistical Association 22 (1927); recommended for small n by Newcombe, Statistics in Medicine 17
 * (1998), 857–872.
 */
import { type Bounds, Z95 } from "./hodges-lehmann.ts";

/** `n` is at least 1. */
export function wilson(k: number, n: number): Bounds {
  const square = Z95 * Z95;
  const middle = k + square / 2;
  const half = Z95 * Math.sqrt((k * (n - k)) / n + square / 4);
  // At the ends, rounding would miss the exact 0 and 1.
  return { low: k === 0 ? 0 : (middle - half) / (n + square), high: k === n ? 1 : (middle + half) / (n + square) };
}
