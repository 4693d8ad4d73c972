/** Exact quantiles by nearest rank: the smallest value that at least a share q of all values do not exceed. `null` if empty. */
export function quantile(sorted: ArrayLike<number>, q: number): number | null {
  const rank = Math.min(sorted.length, Math.max(1, Math.ceil(q * sorted.length)));
  return sorted[rank - 1] ?? null;
}

export function quantiles(values: ArrayLike<number>): {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  count: number;
} {
  const sorted = Float64Array.from(values).sort();
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99), count: sorted.length };
}
