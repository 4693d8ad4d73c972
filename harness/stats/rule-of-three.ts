/**
 * The upper 95 % bound of a share after "0 of n": the share that gives 0 in n runs with a probability of 5 %. Exact; the rule
 * of three, 3 / n, rounds it up. Source: Hanley & Lippman-Hand, "If nothing goes wrong, is everything all right?", Journal of
 * the American Medical Association 249 (1983).
 */
export function atMost(n: number): number {
  return 1 - 0.05 ** (1 / n);
}
