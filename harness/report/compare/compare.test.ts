/** Comparisons of runs whose figures are known. */
import { describe, expect, test } from "vitest";
import { fake, type PlannedFigures, set } from "../testing/fake-runs.ts";
import { compareSets } from "./compare.ts";
import type { FigureRow, RateRow, Row } from "./rows.ts";

const many = (figures: PlannedFigures[]) => figures.map((each) => fake(each));
const compared = (a: PlannedFigures[], b: PlannedFigures[]) => compareSets([set("A", many(a)), set("B", many(b))]);
const rowOf = (a: PlannedFigures[], b: PlannedFigures[], name: Row["name"]) =>
  compared(a, b).pairs[0]?.rows.find((row) => row.name === name) as Row;
const rtos = (...values: number[]) => values.map((rto) => ({ rto }));

describe("a figure", () => {
  test("that differs in all runs is worse, with the shift and both intervals", () => {
    const row = rowOf(rtos(2, 2.1, 2.2, 2.3, 2.4, 2.5), rtos(4, 4.1, 4.2, 4.3, 4.4, 4.5), "rto") as FigureRow;
    expect(row.word).toBe("worse");
    expect(row.shift?.estimate.low).toBeCloseTo(2, 10);
    expect(row.shift?.interval?.low).toBeGreaterThan(1.5);
    expect(row.medians?.interval?.high).toBeLessThan(2.5);
    expect(row.test?.method).toBe("exact");
    expect(row.moreRuns).toBeNull();
  });

  test("of which more is better is better when it is larger", () => {
    const shares = (from: number) => Array.from({ length: 6 }, (_, index) => ({ availability: from + index / 1000 }));
    expect(rowOf(shares(0.9), shares(0.99), "availability").word).toBe("better");
    expect(rowOf(shares(0.99), shares(0.9), "availability").word).toBe("worse");
  });

  test("that the runs cannot decide is unclear, with the number of further runs needed", () => {
    const row = rowOf(rtos(2, 3, 4, 5), rtos(3, 4, 5, 6), "rto");
    expect(row.word).toBe("unclear");
    expect(row.moreRuns).toBeGreaterThan(4);
  });

  test("of three runs per group is always unclear, however large the difference", () => {
    const row = rowOf(rtos(2, 3, 4), rtos(100, 200, 300), "rto") as FigureRow;
    expect([row.word, row.p, row.shift?.interval]).toEqual(["unclear", null, null]);
  });

  test("with one value in every run is the same", () => {
    expect(rowOf(rtos(2, 2), rtos(2, 2), "rto").word).toBe("same");
  });

  test("that is censored has bounds", () => {
    const unseen = [30, 31, 32, 33].map((beyond) => ({ beyond }));
    const row = rowOf(rtos(2, 2.1, 2.2, 2.3), unseen, "rto") as FigureRow;
    expect(row.shift?.estimate.low).toBeGreaterThan(27);
    expect(row.shift?.estimate.high).toBe(Number.POSITIVE_INFINITY);
    expect(row.spreads[1]?.median.censored).toBe(true);
    expect(row.word).toBe("worse");
    const cut = [30, 31, 32, 33].map((apartFor) => ({ apartFor }));
    expect(rowOf(cut, cut, "redundancy")).toMatchObject({ word: "unclear", moreRuns: null });
  });

  test("that no run measured has no row, and one that only one group measured is not compared", () => {
    expect(rowOf(rtos(2), rtos(3), "redundancy")).toBeUndefined();
    expect(rowOf([{ redundancy: 3 }], [{}], "redundancy")).toMatchObject({ word: "unmeasured", shift: null });
  });
});

describe("a rate", () => {
  test("of 0 has an upper bound, and a difference has its interval", () => {
    const lost = (count: number) => Array.from({ length: 6 }, (_, index) => ({ lost: index < count ? 5 : 0 }));
    const row = rowOf(lost(0), lost(6), "losing") as RateRow;
    expect(row.shares[0]).toMatchObject({ k: 0, n: 6 });
    expect(row.shares[0]?.atMost).toBeCloseTo(0.393, 3);
    expect(row.shares[1]).toMatchObject({ k: 6, n: 6, atMost: null });
    expect(row.difference?.estimate).toBe(1);
    expect(row.word).toBe("worse");
  });

  test("of inconclusive runs is of all runs, and their figures count nowhere", () => {
    const bad = { word: "inconclusive" as const, rto: 1000, lost: 99 };
    const { pairs, sets } = compared([...rtos(2, 2), bad], [bad, bad, bad, bad]);
    const rows = pairs[0]?.rows as Row[];
    expect(rows.find(({ name }) => name === "rto")?.a.values).toHaveLength(2);
    const row = rows.find(({ name }) => name === "inconclusive") as RateRow;
    expect(row.shares.map((share) => `${share?.k} of ${share?.n}`)).toEqual(["1 of 3", "4 of 4"]);
    expect(rows.find(({ name }) => name === "broken")).toMatchObject({ word: "unmeasured", shares: [{ n: 2 }, null] });
    expect(pairs[0]?.inconclusive).toHaveLength(5);
    expect(sets[1]?.words).toEqual({ holds: 0, broken: 0, inconclusive: 4 });
  });

  test("of inconclusive runs that grew is worse", () => {
    const word = (count: number) =>
      Array.from({ length: 8 }, (_, i): PlannedFigures => ({ word: i < count ? "inconclusive" : "holds" }));
    expect(rowOf(word(0), word(7), "inconclusive").word).toBe("worse");
  });
});

test("with many questions, what is significant alone is not among them", () => {
  // Alone, 4 and 4 values without overlap are rare enough: 2 of 70. Among three such questions they are not.
  const apart = (from: number, all: boolean): PlannedFigures[] =>
    [0, 1, 2, 3].map((index) => ({ rto: from + index, ...(all ? { downtime: from + index, rpo: from + index } : {}) }));
  expect(rowOf(apart(0, false), apart(10, false), "rto").word).toBe("worse");
  expect(rowOf(apart(0, true), apart(10, true), "rto").word).toBe("unclear");
});

test("a group of one run is reported, and its figures are shown", () => {
  const { notes, pairs } = compared(rtos(2), rtos(3, 4));
  expect(notes).toEqual(["One run alone cannot show a difference: A region-loss × async."]);
  expect(pairs[0]?.rows.find(({ name }) => name === "rto")?.word).toBe("unclear");
});

test("the same runs give the same figures, and a third set is compared with the first", () => {
  const sets = [
    set("A", many(rtos(1, 2, 3, 4, 5, 6))),
    set("B", many(rtos(2, 3, 4, 5, 6, 7))),
    set("C", many(rtos(8, 9))),
  ];
  expect(compareSets(sets)).toEqual(compareSets(sets));
  expect(compareSets(sets).pairs.map(({ a, b }) => a.letter + b.letter)).toEqual(["AB", "AC"]);
});
