/** The rates of false and of true detections, on simulated series from fixed seeds. */
import { describe, expect, test } from "vitest";
import { changePoints, FEWEST_VALUES } from "./change-points.ts";
import type { Observation } from "./median.ts";
import { drawn } from "./shuffle.ts";

type Kind = (draw: () => number, factor: number) => Observation;

/** Box-Muller. */
const normal = (draw: () => number) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
/** Log-normal with a scatter of a quarter. */
const skewed = (draw: () => number, factor: number) => factor * 2 * Math.exp(0.25 * normal(draw));
const seen = (value: number): Observation => ({ value, censored: false });

const KINDS: Record<string, Kind> = {
  "seconds, skewed": (draw, factor) => seen(skewed(draw, factor)),
  "seconds, a fifth seen only in part": (draw, factor) => {
    const [value, end] = [skewed(draw, factor), 2 + 6 * draw()];
    return value < end ? seen(value) : { value: end, censored: true };
  },
  "lost writes, few and many of them the same": (draw, factor) => {
    // Poisson with mean 10, by Knuth's method.
    const end = Math.exp(-10 * factor);
    let count = 0;
    for (let product = draw(); product > end && count < 100; product *= draw()) count += 1;
    return seen(count);
  },
};

function series(kind: Kind, factors: readonly number[], seed: number): Observation[] {
  const draw = drawn(seed);
  return factors.map((factor) => kind(draw, factor));
}
const steady = (n: number) => Array<number>(n).fill(1);
const doubled = [...steady(10), ...Array<number>(10).fill(2)];
const SERIES = 300;
const seeds = Array.from({ length: SERIES }, (_, index) => 1000 + index);
const censoredShare = (values: Observation[]) => values.filter(({ censored }) => censored).length / values.length;

describe.each(Object.entries(KINDS))("%s", (_name, kind) => {
  test.each([10, 20, 60])("of %i values without a change, fewer than one series in 40 has a false one", (n) => {
    const alarms = seeds.filter((seed) => changePoints(series(kind, steady(n), seed)).length > 0);
    // The nominal rate is 1 %: one correct test in 90 draws 8 or more of 300.
    expect(alarms.length).toBeLessThan(SERIES / 40);
  });

  test("a doubling in the middle of 20 is found in nine of ten cases, there or nearby", () => {
    const found = seeds.filter((seed) => {
      return changePoints(series(kind, doubled, seed)).some(({ index }) => Math.abs(index - 10) <= 2);
    });
    expect(found.length).toBeGreaterThan(0.9 * SERIES);
  });
});

test("a fifth of the censored series is censored", () => {
  const kind = KINDS["seconds, a fifth seen only in part"] as Kind;
  expect(censoredShare(seeds.flatMap((seed) => series(kind, doubled, seed)))).toBeCloseTo(0.2, 1);
});

const plain = (...values: number[]) => values.map(seen);

describe("a change", () => {
  const low = [1, 2, 3, 4, 5];
  const high = [11, 12, 13, 14, 15];

  test("in the fewest values is found if it is as clear as possible, and never in one value less", () => {
    expect(FEWEST_VALUES).toBe(10);
    // Of all orders of 10 values, 2 of 252 are as clear.
    const [point] = changePoints(plain(...low, ...high));
    expect(point?.index).toBe(5);
    expect(Math.abs((point?.p as number) - 2 / 252)).toBeLessThan(0.004);
    expect(changePoints(plain(...low, ...high.slice(1)))).toEqual([]);
    expect(changePoints(plain(...low.slice(1), ...high))).toEqual([]);
  });

  test("needs four bad values at the end, not three, if there are enough others", () => {
    const before = Array.from({ length: 20 }, (_, index) => ((index * 7) % 20) / 10);
    expect(changePoints(plain(...before, 50, 51, 52))).toEqual([]);
    expect(changePoints(plain(...before, 50, 51, 52, 53)).map(({ index }) => index)).toEqual([20]);
  });

  test("and a later one are both found, in order and at their places", () => {
    const levels = [1, 2, 3].flatMap((level) => Array<number>(15).fill(level));
    const found = seeds.slice(0, 100).filter((seed) => {
      const draw = drawn(seed);
      const values = levels.map((level) => seen(level + 0.45 * (draw() + draw() - 1)));
      return (
        changePoints(values)
          .map(({ index }) => index)
          .join() === "15,30"
      );
    });
    // Without the second search, which places each between its own two levels, it would be 82 of 100.
    expect(found.length).toBeGreaterThan(92);
  });

  test("from observed to censored values is one, too", () => {
    const beyond = high.map((value) => ({ value, censored: true }));
    expect(changePoints([...plain(...low), ...beyond]).map(({ index }) => index)).toEqual([5]);
  });

  test("is not reported if the order of the values is unknown", () => {
    const beyond = high.map(() => ({ value: 0.5, censored: true }));
    expect(changePoints([...plain(...low), ...beyond])).toEqual([]);
  });
});

test("a constant series and an empty one have no change, and results are reproducible", () => {
  expect(changePoints(plain(...Array<number>(40).fill(0)))).toEqual([]);
  expect(changePoints([])).toEqual([]);
  const values = series(KINDS["seconds, skewed"] as Kind, doubled, 1);
  expect(changePoints(values)).toEqual(changePoints(values));
});

test("p is never 0: the clearest change has the probability of one of all drawn orders", () => {
  const [point] = changePoints(plain(...Array.from({ length: 20 }, (_, i) => (i < 10 ? 1 : 100) + (i % 3) / 10)));
  expect(point).toEqual({ index: 10, p: 1 / 2000 });
});

test("four values in each segment are enough, and three are not", () => {
  const risen = (before: number, after: number) =>
    plain(...Array.from({ length: before + after }, (_, i) => (i < before ? 1 : 100) + (i % 3) / 10));
  expect(changePoints(risen(4, 16)).map(({ index }) => index)).toEqual([4]);
  expect(changePoints(risen(16, 4)).map(({ index }) => index)).toEqual([16]);
  expect(changePoints(risen(3, 17)).map(({ index }) => index)).not.toContain(3);
});
