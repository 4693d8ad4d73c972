import { expect, test } from "vitest";
import { drawn, shuffle } from "./shuffle.ts";

test("the same seed gives the same draws, and another seed others", () => {
  const numbers = (seed: number) => Array.from({ length: 5 }, drawn(seed));
  expect(numbers(7)).toEqual(numbers(7));
  expect(numbers(7)).not.toEqual(numbers(8));
  expect(new Set(numbers(0)).size).toBe(5);
});

test("all orders of four are about equally frequent", () => {
  const draw = drawn(3);
  const counts = new Map<string, number>();
  for (let drawing = 0; drawing < 24_000; drawing += 1) {
    const values = Float64Array.of(1, 2, 3, 4);
    shuffle(values, draw);
    counts.set(values.join(), (counts.get(values.join()) ?? 0) + 1);
  }
  // Chi-squared with 23 degrees of freedom: one fair shuffle in 1000 exceeds 49.7.
  const squares = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(counts.size).toBe(24);
  expect(squares).toBeLessThan(49.7);
});
