import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chance } from "../model/load/write.ts";
import { hodgesLehmann, type Shift, shiftRank } from "./hodges-lehmann.ts";
import type { Observation } from "./median.ts";
import { type RankTest, rankTest } from "./rank-test.ts";

const seen = (...values: number[]): Observation[] => values.map((value) => ({ value, censored: false }));
const shiftOf = (a: readonly Observation[], b: readonly Observation[]) => hodgesLehmann(a, b) as Shift;

test("Hollander & Wolfe, 4.2 and 4.3: a shift of -0.305, with 96 % from -0.76 to 0.15", () => {
  const term = seen(0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46);
  const before = seen(1.15, 0.88, 0.9, 0.74, 1.21);
  const { estimate, interval } = shiftOf(term, before);
  expect(estimate.low).toBeCloseTo(-0.305, 10);
  expect(estimate.high).toBe(estimate.low);
  expect([interval?.low, interval?.high].map((end) => end?.toFixed(2))).toEqual(["-0.76", "0.15"]);
});

// The largest U that is significant at 5 %, two-sided, plus one, by the printed tables of the Mann-Whitney test.
test.each([
  [3, 3, 0],
  [3, 4, 0],
  [4, 4, 1],
  [5, 5, 3],
  [6, 6, 6],
  [8, 8, 14],
  [5, 10, 9],
  [10, 10, 24],
  [20, 20, 128],
])("%i and %i values: the rank is %i", (n, m, rank) => {
  expect(shiftRank(n, m)).toBe(rank);
});

test("for many values the rank is close to that of the exact distribution", () => {
  const [n, m] = [45, 45];
  const normal = Math.floor((n * m) / 2 - 1.959964 * Math.sqrt((n * m * (n + m + 1)) / 12));
  expect(Math.abs(shiftRank(n, m) - normal)).toBeLessThanOrEqual(1);
  expect(shiftRank(300, 300)).toBeGreaterThan(40_000);
});

test("there is no shift without values, and no interval below 4 and 4", () => {
  expect(hodgesLehmann([], seen(1))).toBeNull();
  expect(shiftOf(seen(1, 2, 3), seen(5, 6, 7))).toEqual({ estimate: { low: 4, high: 4 }, interval: null });
});

test("without ties, the interval excludes exactly the shifts that the test rejects", () => {
  const group = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 7 });
  fc.assert(
    fc.property(group, group, fc.integer({ min: -1000, max: 1000 }), (a, b, shift) => {
      const from = a.map((value) => value + shift + 0.5);
      const { interval } = shiftOf(seen(...a), seen(...b));
      const { either } = rankTest(seen(...from), seen(...b), () => 0) as RankTest;
      const inside = (interval?.low as number) < shift + 0.5 && shift + 0.5 < (interval?.high as number);
      expect(inside).toBe(either.p > 0.05);
    }),
    { numRuns: 500 },
  );
});

describe("the interval covers the true shift in at least 95 % of cases", () => {
  const SAMPLES = 2000;
  const distributions: [string, (u: number) => number][] = [
    ["even", (u) => u],
    ["exponential", (u) => -Math.log(1 - u)],
    ["without a mean", (u) => Math.tan(Math.PI * (u - 0.5))],
    ["of two humps", (u) => (u < 0.7 ? u : 30 + u)],
    ["of few whole numbers", (u) => Math.floor(3 * u)],
  ];
  const cases = distributions.flatMap(([name, of]) =>
    (
      [
        [4, 4],
        [6, 7],
        [12, 5],
      ] as const
    ).map(([n, m]) => ({ name, of, n, m })),
  );

  test.each(cases)("values $name, $n and $m of them", ({ of, n, m }) => {
    let [held, draw] = [0, 0];
    const values = (count: number, shift: number) =>
      seen(
        ...Array.from({ length: count }, () => {
          draw += 1;
          return shift + of(chance(2026, draw));
        }),
      );
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const { interval } = shiftOf(values(n, 0), values(m, 2));
      if ((interval?.low as number) <= 2 + 1e-9 && 2 - 1e-9 <= (interval?.high as number)) held += 1;
    }
    // Less three standard errors of 2000 samples.
    expect(held / SAMPLES).toBeGreaterThan(0.95 - 0.0146);
  });
});

describe("with censored values", () => {
  const at = (value: number): Observation => ({ value, censored: true });

  test("the shift has the least and the most it can be as bounds", () => {
    expect(shiftOf(seen(1, 2, 3, 4), [at(30), at(30), at(30), at(30)])).toEqual({
      estimate: { low: 27.5, high: Number.POSITIVE_INFINITY },
      interval: { low: 26, high: Number.POSITIVE_INFINITY },
    });
    expect(shiftOf([at(30), at(30), at(30), at(30)], seen(1, 2, 3, 4)).estimate).toEqual({
      low: Number.NEGATIVE_INFINITY,
      high: -27.5,
    });
  });

  test("nothing is known if both groups are censored", () => {
    const { estimate } = shiftOf([at(1), at(2)], [at(1), at(2)]);
    expect(estimate).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  });

  test("the bounds contain the result for every possible end", () => {
    const observation = fc.record({ value: fc.nat(20), hidden: fc.nat(30), censored: fc.boolean() });
    const group = fc.array(observation, { minLength: 4, maxLength: 7 });
    fc.assert(
      fc.property(group, group, (a, b) => {
        const bounds = shiftOf(a, b);
        const truth = (drawn: typeof a) =>
          seen(...drawn.map(({ value, hidden, censored }) => value + (censored ? hidden : 0)));
        const true_ = shiftOf(truth(a), truth(b));
        for (const part of ["estimate", "interval"] as const) {
          expect(true_[part]?.low).toBeGreaterThanOrEqual(bounds[part]?.low as number);
          expect(true_[part]?.high).toBeLessThanOrEqual(bounds[part]?.high as number);
        }
      }),
      { numRuns: 500 },
    );
  });
});
