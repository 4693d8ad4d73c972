import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { intervalRank, type Observation, spread } from "./median.ts";

const seen = (...values: number[]): Observation[] => values.map((value) => ({ value, censored: false }));
const atLeast = (value: number): Observation => ({ value, censored: true });

describe("the rank is that of the tables of the sign test", () => {
  // 1 - 2 · (sum of C(n, i) for i < k) / 2^n, by hand.
  test.each([
    [6, 1, 1 - 2 / 64],
    [8, 1, 1 - 2 / 256],
    [9, 2, 1 - (2 * (1 + 9)) / 512],
    [10, 2, 1 - (2 * (1 + 10)) / 1024],
    [12, 3, 1 - (2 * (1 + 12 + 66)) / 4096],
    [20, 6, 1 - (2 * (1 + 20 + 190 + 1140 + 4845 + 15504)) / 1048576],
  ])("%i values", (n, rank, coverage) => {
    expect(intervalRank(n).rank).toBe(rank);
    expect(intervalRank(n).coverage).toBeCloseTo(coverage, 12);
  });

  test.each([0, 1, 2, 3, 4, 5])("%i values have none", (n) => {
    expect(intervalRank(n)).toEqual({ rank: 0, coverage: null });
  });

  test("also for so many values that 2^-n underflows", () => {
    // By the normal approximation: 5000 / 2 - 1.96 · sqrt(5000) / 2 = 2430.7
    expect(Math.abs(intervalRank(5000).rank - 2430.7)).toBeLessThan(2);
  });
});

describe("the median and its interval", () => {
  test("of no values are null", () => expect(spread([])).toBeNull());

  test("of one value are that value, without a coverage", () => {
    const [one] = seen(3);
    expect(spread(seen(3))).toEqual({ n: 1, median: one, low: one, high: one, coverage: null });
  });

  test("of four are between the two middle values, with the range", () => {
    const { median, low, high, coverage } = spread(seen(9, 1, 4, 2)) ?? {};
    expect([median?.value, low?.value, high?.value, coverage]).toEqual([3, 1, 9, null]);
  });

  test("of nine are the fifth, from the second to the eighth", () => {
    const { median, low, high } = spread(seen(90, 10, 20, 80, 30, 70, 40, 60, 50)) ?? {};
    expect([median?.value, low?.value, high?.value]).toEqual([50, 20, 80]);
  });
});

describe("a censored value", () => {
  test("is the end of the range, and does not affect a median below it", () => {
    const { median, low, high } = spread([...seen(1, 2), atLeast(5)]) ?? {};
    expect([median, low, high]).toEqual([...seen(2, 1), atLeast(5)]);
  });

  test("below an observed one may really be above it: the median is then censored", () => {
    // The second of three is anything from 2 to 4.
    expect(spread([...seen(1, 4), atLeast(2)])?.median).toEqual(atLeast(2));
  });

  test("on either side of the middle makes the median of an even number censored", () => {
    expect(spread([...seen(1), atLeast(3)])?.median).toEqual(atLeast(2));
  });

  test("never puts an order statistic above its true value", () => {
    const cases = fc.array(fc.record({ value: fc.nat(50), hidden: fc.nat(20), censored: fc.boolean() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(cases, (drawn) => {
        const observed = spread(drawn.map(({ value, censored }) => ({ value, censored })));
        const truth = spread(
          drawn.map(({ value, hidden, censored }) => ({ value: value + (censored ? hidden : 0), censored: false })),
        );
        for (const name of ["low", "median", "high"] as const) {
          const [is, was] = [observed?.[name] as Observation, truth?.[name] as Observation];
          if (is.censored) expect(was.value).toBeGreaterThanOrEqual(is.value);
          else expect(was.value).toBe(is.value);
        }
      }),
    );
  });
});
