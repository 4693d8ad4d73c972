/** Orders drawn from a seed: the same from the same, and of a chance that is even enough to test with. */

/** Numbers from 0 to below 1, by Marsaglia's xorshift (2003), 32 bits of state. */
export function drawn(seed: number): () => number {
  // From 0 it would never come away; small seeds are spread over all bits.
  let state = Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** In place, by Fisher and Yates. */
export function shuffle(values: Float64Array, draw: () => number): void {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = Math.floor(draw() * (last + 1));
    const value = values[last] as number;
    values[last] = values[other] as number;
    values[other] = value;
  }
}
