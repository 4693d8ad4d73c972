/**
 * The share behind "k of n", with 95 %: the shares that k of n would not be unlikely for, by the normal distribution of
 * the score. It supposes independent runs that each have the same chance. Source: Wilson, Journal of the American
 * Statistical Association 22 (1927); recommended for small n by Newcombe, Statistics in Medicine 17 (1998), 857–872.
 */
import { type Bounds, Z95 } from "./hodges-lehmann.ts";

/** `n` is 1 at least. */
export function wilson(k: number, n: number): Bounds {
  const square = Z95 * Z95;
  const middle = k + square / 2;
  const half = Z95 * Math.sqrt((k * (n - k)) / n + square / 4);
  // At the ends the root is exact on paper only.
  return { low: k === 0 ? 0 : (middle - half) / (n + square), high: k === n ? 1 : (middle + half) / (n + square) };
}
