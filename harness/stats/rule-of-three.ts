/**
 * What "0 of n" still allows: the largest share of which nothing is seen in n runs with a chance of 5 %, so that the true
 * one is at most that with 95 %. Exact; 3 / n, the rule of three, is it rounded up. Source: Hanley & Lippman-Hand, "If
 * nothing goes wrong, is everything all right?", Journal of the American Medical Association 249 (1983).
 */
export function atMost(n: number): number {
  return 1 - 0.05 ** (1 / n);
}
