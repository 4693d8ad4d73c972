/** Random orders from a seed: reproducible, and uniform enough for a permutation test. */

/** Numbers in [0, 1), by Marsaglia's xorshift (2003) with 32 bits of state. */
export function drawn(seed: number): () => number {
  // A state of 0 would stay 0. Small seeds are spread over all bits.
  let state = Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Shuffles in place (Fisher-Yates). */
export function shuffle(values: Float64Array, draw: () => number): void {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(draw() * (last + 1));
    const value = values[last] as number;
    values[last] = values[other] as number;
    values[other] = value;
  }
}
