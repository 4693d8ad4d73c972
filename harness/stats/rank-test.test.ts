/** Tested against published examples, all assignments, and all possible ends of censored values. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chance } from "../model/load/write.ts";
import type { Observation } from "./median.ts";
import { type Random, type RankTest, rankTest } from "./rank-test.ts";

const seen = (...values: number[]): Observation[] => values.map((value) => ({ value, censored: false }));
const drawn = (seed: number): Random => {
  let n = 0;
  return () => {
    n += 1;
    return chance(seed, n);
  };
};
const never: Random = () => {
  throw new Error("this needs no chance");
};
const asked = (a: readonly Observation[], b: readonly Observation[], random = never) =>
  rankTest(a, b, random) as RankTest;

describe("published examples", () => {
  test("Hollander & Wolfe, 4.1: permeability of the placenta at term and before, one-sided 0.1272", () => {
    const term = seen(0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46);
    const before = seen(1.15, 0.88, 0.9, 0.74, 1.21);
    const { less, either, method } = asked(term, before);
    expect(less.p).toBeCloseTo(0.1272, 4);
    expect(either.p).toBeCloseTo(0.2544, 4);
    expect(method).toBe("exact");
  });

  test("Fisher's lady tasting tea: three of four, one-sided 17 of 70", () => {
    const { greater } = asked(seen(1, 0, 0, 0), seen(1, 1, 1, 0));
    expect(greater.p).toBeCloseTo(17 / 70, 12);
    expect(greater.least).toBeCloseTo(1 / 70, 12);
  });

  test("with ties, the figure of scipy's permutation test over all assignments", () => {
    expect(asked(seen(0, 0, 0, 2, 5, 5, 9), seen(0, 3, 5, 7, 9, 9, 12, 12)).greater.p).toBeCloseTo(0.037451437451, 10);
  });
});

/** By enumerating all assignments, with the count of pairs instead of ranks. */
function byDealing(a: readonly number[], b: readonly number[]): number {
  const values = [...a, ...b];
  const count = (ofB: readonly number[], ofA: readonly number[]) =>
    ofB.reduce((sum, y) => sum + ofA.reduce((wins, x) => wins + (y > x ? 1 : y === x ? 0.5 : 0), 0), 0);
  const found = count(b, a);
  let [reached, deals] = [0, 0];
  for (let deal = 0; deal < 2 ** values.length; deal += 1) {
    const isB = (_: number, index: number) => ((deal >> index) & 1) === 1;
    const ofB = values.filter(isB);
    if (ofB.length !== b.length) continue;
    deals += 1;
    if (
      count(
        ofB,
        values.filter((value, index) => !isB(value, index)),
      ) >= found
    )
      reached += 1;
  }
  return reached / deals;
}

test("p is the share of all assignments that are as extreme, with ties", () => {
  const group = fc.array(fc.nat(6), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(group, group, (a, b) => {
      const { greater, less, either } = asked(seen(...a), seen(...b));
      expect(greater.p).toBeCloseTo(byDealing(a, b), 10);
      expect(less.p).toBeCloseTo(byDealing(b, a), 10);
      expect(either.p).toBeCloseTo(Math.min(1, 2 * Math.min(greater.p, less.p)), 12);
      expect(greater.p).toBeGreaterThanOrEqual(greater.least - 1e-12);
      expect(less.p).toBeGreaterThanOrEqual(less.least - 1e-12);
    }),
    { numRuns: 200 },
  );
});

test("equal values never show a difference, whatever their assignment", () => {
  expect(asked(seen(3, 3, 3), seen(3, 3)).either).toEqual({ p: 1, least: 1 });
  expect(rankTest([], seen(1), never)).toBeNull();
});

test("many values are assigned at random: p is close to the truth, reproducible, and marked as random", () => {
  const values = (shift: number) => seen(...Array.from({ length: 60 }, (_, index) => index + shift));
  const one = asked(values(0), values(8.5), drawn(1));
  // U = 2274 of 3600, and its standard deviation 60 sqrt(121 / 12) = 190.5: the normal distribution gives 0.0065.
  expect(one.method).toBe("random");
  expect(one.greater.p).toBeGreaterThan(0.003);
  expect(one.greater.p).toBeLessThan(0.012);
  expect(asked(values(0), values(8.5), drawn(1))).toEqual(one);
});

describe("a censored value", () => {
  /** `hidden`: how much more it really was. */
  const observation = fc.record({
    value: fc.integer({ min: 0, max: 8 }),
    hidden: fc.oneof(fc.constant(0), fc.nat(12)),
    censored: fc.nat(3).map((n) => n === 0),
  });
  const MOST = 8;
  const group = fc.array(observation, { minLength: 3, maxLength: MOST });
  /** One for each observation of both groups: the order of those that appear equal. */
  const order = fc.shuffledSubarray([...Array(2 * MOST).keys()], { minLength: 2 * MOST });

  test("never allows a claim that a possible end contradicts, whatever the true order of ties", () => {
    let claims = 0;
    fc.assert(
      fc.property(group, group, fc.integer({ min: -30, max: 30 }), order, (a, b, shift, places) => {
        fc.pre([...a, ...b].some(({ censored }) => censored));
        const observed = (drawn: typeof a, by: number) =>
          drawn.map(({ value, censored }) => ({ value: value + by, censored }));
        const apart = (from: number, index: number) => (places[from + index] as number) / (2 * MOST);
        const truth = (drawn: typeof a, by: number, from: number) => {
          const ends = drawn.map(({ value, hidden, censored }) => value + by + (censored ? hidden : 0));
          return seen(...ends.map((end, index) => end + apart(from, index)));
        };
        const claimed = asked(observed(a, 0), observed(b, shift));
        const true_ = asked(truth(a, 0, 0), truth(b, shift, MOST));
        for (const direction of ["greater", "less"] as const) {
          if (claimed[direction].p <= 0.025) claims += 1;
          expect(true_[direction].p).toBeLessThanOrEqual(claimed[direction].p + 1e-12);
        }
      }),
      { numRuns: 2000 },
    );
    expect(claims).toBeGreaterThan(100);
  });

  test("has its ties resolved: mean ranks of true ties may give a slightly larger p", () => {
    const a = seen(0, 1, 0, 1, 6);
    const b = seen(4, 5, 7, 12, 5);
    expect(asked(a, [...b, { value: 10, censored: true }]).greater.p).toBeCloseTo(7 / 462, 12);
    expect(asked(a, [...b, ...seen(10)]).greater.p).toBeCloseTo(8 / 462, 12);
  });

  test("is decisive if even its bound is above all others", () => {
    const { greater, less } = asked(seen(2, 3, 4, 5), [
      ...seen(9),
      ...[30, 31, 32].map((value) => ({ value, censored: true })),
    ]);
    expect(greater.p).toBeCloseTo(1 / 70, 12);
    expect(less.p).toBeCloseTo(1, 12);
  });

  test("shows nothing if both groups are censored", () => {
    const cut = [29, 30, 29.5, 30.5].map((value) => ({ value, censored: true }));
    expect(asked(cut, cut).either.p).toBe(1);
  });
});

test("no number of draws gives p = 0: the observed order is one of them", () => {
  const from = (first: number) => seen(...Array.from({ length: 60 }, (_, index) => first + index));
  expect(asked(from(0), from(1000), drawn(7)).greater).toMatchObject({ p: 1 / 10_000, least: 1 / 10_000 });
});
