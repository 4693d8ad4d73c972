import fc from "fast-check";
import { expect, test } from "vitest";
import { chance } from "../model/load/write.ts";
import { bootstrapMedians, medianDifference } from "./bootstrap-medians.ts";
import type { Observation } from "./median.ts";
import type { Random } from "./rank-test.ts";

const seen = (...values: number[]): Observation[] => values.map((value) => ({ value, censored: false }));
const drawn = (seed: number): Random => {
  let n = 0;
  return () => {
    n += 1;
    return chance(seed, n);
  };
};

test("the same seed gives the same interval, and below 6 a side there is none", () => {
  const [a, b] = [seen(1, 2, 3, 4, 5, 6), seen(4, 5, 6, 7, 8, 9)];
  const one = bootstrapMedians(a, b, drawn(1));
  expect(bootstrapMedians(a, b, drawn(1))).toEqual(one);
  expect(one?.low).toBeLessThan(3);
  expect(one?.high).toBeGreaterThan(3);
  expect(bootstrapMedians(a.slice(1), b, drawn(1))).toBeNull();
  expect(bootstrapMedians(a, b.slice(1), drawn(1))).toBeNull();
});

test("a median is the value in the middle, or between the two that are, in whatever order they come", () => {
  expect(medianDifference(seen(9, 1, 5), seen(30, 10, 20, 100))).toEqual({ low: 20, high: 20 });
});

test("the ends are those of going through every draw there is", () => {
  // Six values that are all the same but one: the median of a draw is 0 unless the 12 comes thrice or more.
  const [a, b] = [seen(5, 5, 5, 5, 5, 5), seen(0, 0, 0, 0, 0, 12)];
  // Thrice: (0 + 12) / 2; the chance of thrice or more is 0.0623, of four times or more 0.0087.
  expect(bootstrapMedians(a, b, drawn(3))).toEqual({ low: -5, high: 1 });
});

test("it holds the true difference about as often as it says: of 8 a side, 90 % at least", () => {
  let [held, draw] = [0, 0];
  const values = (shift: number) =>
    seen(
      ...Array.from({ length: 8 }, () => {
        draw += 1;
        return shift - Math.log(1 - chance(77, draw));
      }),
    );
  for (let sample = 0; sample < 300; sample += 1) {
    const interval = bootstrapMedians(values(0), values(1), drawn(sample));
    if ((interval?.low as number) <= 1 && 1 <= (interval?.high as number)) held += 1;
  }
  expect(held / 300).toBeGreaterThan(0.9);
});

test("what was not seen to its end never lies outside of what is told", () => {
  const observation = fc.record({ value: fc.nat(20), hidden: fc.nat(30), censored: fc.boolean() });
  const side = fc.array(observation, { minLength: 6, maxLength: 8 });
  fc.assert(
    fc.property(side, side, (a, b) => {
      const truth = (drawn: typeof a) =>
        seen(...drawn.map(({ value, hidden, censored }) => value + (censored ? hidden : 0)));
      const [told, true_] = [medianDifference(a, b), medianDifference(truth(a), truth(b))];
      expect(true_.low).toBeGreaterThanOrEqual(told.low);
      expect(true_.high).toBeLessThanOrEqual(told.high);
      const [toldInterval, trueInterval] = [
        bootstrapMedians(a, b, drawn(5)),
        bootstrapMedians(truth(a), truth(b), drawn(5)),
      ];
      expect(trueInterval?.low).toBeGreaterThanOrEqual(toldInterval?.low as number);
      expect(trueInterval?.high).toBeLessThanOrEqual(toldInterval?.high as number);
    }),
    { numRuns: 30 },
  );
});
