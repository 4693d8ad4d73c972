/**
 * The best split of values, in order of time, into two levels: the given place at which they scatter least around the medians
 * of the two segments. It tells where, not whether: any values have such a place.
 */
export function twoLevels(values: readonly number[], places: readonly number[]): number {
  let best = { place: places[0] as number, scatter: Number.POSITIVE_INFINITY };
  for (const place of places) {
    const scatter = scatterOf(values.slice(0, place)) + scatterOf(values.slice(place));
    if (scatter < best.scatter) best = { place, scatter };
  }
  return best.place;
}

/** The sum of the distances from the median: the sum of the upper half minus that of the lower. */
function scatterOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = Math.floor(sorted.length / 2);
  const upper = sorted.subarray(sorted.length - half).reduce((sum, value) => sum + value, 0);
  return upper - sorted.subarray(0, half).reduce((sum, value) => sum + value, 0);
}
