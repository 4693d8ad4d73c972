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

test("the same seed gives the same interval, and below 6 values per group there is none", () => {
  const [a, b] = [seen(1, 2, 3, 4, 5, 6), seen(4, 5, 6, 7, 8, 9)];
  const one = bootstrapMedians(a, b, drawn(1));
  expect(bootstrapMedians(a, b, drawn(1))).toEqual(one);
  expect(one?.low).toBeLessThan(3);
  expect(one?.high).toBeGreaterThan(3);
  expect(bootstrapMedians(a.slice(1), b, drawn(1))).toBeNull();
  expect(bootstrapMedians(a, b.slice(1), drawn(1))).toBeNull();
});

test("a median is the middle value or between the two middle ones, whatever the order of input", () => {
  expect(medianDifference(seen(9, 1, 5), seen(30, 10, 20, 100))).toEqual({ low: 20, high: 20 });
});

test("the ends are those of enumerating every draw", () => {
  // Six values, all equal except one: the median of a draw is 0 unless the 12 is drawn at least three times.
  const [a, b] = [seen(5, 5, 5, 5, 5, 5), seen(0, 0, 0, 0, 0, 12)];
  // Three times: (0 + 12) / 2. The probability of three times or more is 0.0623, of four or more 0.0087.
  expect(bootstrapMedians(a, b, drawn(3))).toEqual({ low: -5, high: 1 });
});

test("the coverage is close to nominal: at least 90 % with 8 values per group", () => {
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

test("the bounds contain the result for every possible end of censored values", () => {
  const observation = fc.record({ value: fc.nat(20), hidden: fc.nat(30), censored: fc.boolean() });
  const group = fc.array(observation, { minLength: 6, maxLength: 8 });
  fc.assert(
    fc.property(group, group, (a, b) => {
      const truth = (drawn: typeof a) =>
        seen(...drawn.map(({ value, hidden, censored }) => value + (censored ? hidden : 0)));
      const [bounds, true_] = [medianDifference(a, b), medianDifference(truth(a), truth(b))];
      expect(true_.low).toBeGreaterThanOrEqual(bounds.low);
      expect(true_.high).toBeLessThanOrEqual(bounds.high);
      const [boundInterval, trueInterval] = [
        bootstrapMedians(a, b, drawn(5)),
        bootstrapMedians(truth(a), truth(b), drawn(5)),
      ];
      expect(trueInterval?.low).toBeGreaterThanOrEqual(boundInterval?.low as number);
      expect(trueInterval?.high).toBeLessThanOrEqual(boundInterval?.high as number);
    }),
    { numRuns: 30 },
  );
});
