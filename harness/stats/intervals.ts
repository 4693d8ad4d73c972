/** Closed spans of time and their union. */
export interface Interval {
  fromMs: number;
  toMs: number;
}

/** Merges overlapping and touching spans. The result is sorted. */
export function union(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of intervals.toSorted((x, y) => x.fromMs - y.fromMs)) {
    const last = merged.at(-1);
    if (last && next.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, next.toMs);
    else merged.push({ ...next });
  }
  return merged;
}

export function totalMs(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, interval) => sum + interval.toMs - interval.fromMs, 0);
}
