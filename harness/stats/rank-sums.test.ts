import fc from "fast-check";
import { expect, test } from "vitest";
import { rankSums } from "./rank-sums.ts";

/** Every choice of `size` ranks. */
function choices(ranks: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return ranks.flatMap((rank, index) => choices(ranks.slice(index + 1), size - 1).map((rest) => [rank, ...rest]));
}

test("the probability of a sum is the share of all choices that have it", () => {
  const cases = fc
    .array(fc.nat(12), { minLength: 1, maxLength: 9 })
    .chain((ranks) => fc.tuple(fc.constant(ranks), fc.integer({ min: 1, max: ranks.length })));
  fc.assert(
    fc.property(cases, ([ranks, size]) => {
      const all = choices(ranks, size).map((each) => each.reduce((sum, rank) => sum + rank, 0));
      const chances = rankSums(ranks, size) as Float64Array;
      expect(chances).toHaveLength(Math.max(...all) + 1);
      for (const [sum, chance] of chances.entries())
        expect(chance).toBeCloseTo(all.filter((each) => each === sum).length / all.length, 12);
    }),
    { numRuns: 300 },
  );
});

test("beyond the limit of work, the result is null", () => {
  const ranks = (count: number) => Array.from({ length: count }, (_, index) => index);
  expect(rankSums(ranks(80), 40)).not.toBeNull();
  expect(rankSums(ranks(400), 200)).toBeNull();
});
