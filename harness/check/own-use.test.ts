import { expect, test } from "vitest";
import type { ResourceProbe } from "../model/record/probe.ts";
import { ownUse } from "./own-use.ts";

const rest = { type: "resources", part: "hapi-a", tookMs: 1, memoryBytes: 1, receivedBytes: 1, sentBytes: 1 } as const;
const sampled = (...samples: [atMs: number, cpuSeconds: number | null][]) =>
  ownUse(samples.map(([atMs, cpuSeconds]): ResourceProbe => ({ ...rest, atMs, cpuSeconds })));
const grown = (used: ReturnType<typeof ownUse>, fromMs: number, toMs: number) =>
  used === null ? null : used(toMs) - used(fromMs);

test("use between two samples is spread evenly, and use before the first does not count", () => {
  const used = sampled([1000, 50], [2000, 51], [3000, 51.5]);
  expect(grown(used, 0, 9000)).toBeCloseTo(1.5, 9);
  expect(grown(used, 1500, 2500)).toBeCloseTo(0.75, 9);
});

test("a container that ends is assumed to continue as before until it is found gone, and no longer", () => {
  const used = sampled([1000, 50], [2000, 51], [2800, null], [3800, null]);
  expect(grown(used, 2000, 2800)).toBeCloseTo(0.8, 9);
  expect(grown(used, 2800, 9000)).toBe(0);
});

test("one that comes back counts from 0", () => {
  const used = sampled([1000, 50], [2000, 51], [3000, null], [4000, 0.6], [5000, 0.9]);
  expect(grown(used, 3000, 4000)).toBeCloseTo(0.6, 9);
  expect(grown(used, 1000, 5000)).toBeCloseTo(1 + 1 + 0.6 + 0.3, 9);
});

test("one that was only unreadable for a moment is counted once", () => {
  const used = sampled([1000, 50], [2000, 51], [3000, null], [4000, 53]);
  expect(grown(used, 1000, 4000)).toBeCloseTo(3, 9);
});

test("two samples of one instant are one", () => {
  expect(grown(sampled([1000, 50], [1000, 50.5], [2000, 51]), 1000, 2000)).toBeCloseTo(1, 9);
});

test("the second of two samples of one instant does not change the rate", () => {
  expect(grown(sampled([1000, 50], [2000, 51], [2000, 51.2], [3000, null]), 2000, 3000)).toBeCloseTo(1, 9);
});

test("an idle container has used nothing, whatever its counter says", () => {
  expect(grown(sampled([1000, 50], [2000, 50], [3000, 50]), 0, 9000)).toBe(0);
});

test("one that was sampled before it existed has used all of it since", () => {
  const used = sampled([1000, null], [2000, 0.6], [3000, 0.9]);
  expect(grown(used, 1000, 2000)).toBeCloseTo(0.6, 9);
  expect(grown(used, 0, 9000)).toBeCloseTo(0.9, 9);
});

test("if less was used than assumed, nothing is taken back", () => {
  const used = sampled([1000, 50], [2000, 51], [3000, null], [4000, 51.2]);
  expect(grown(used, 3000, 4000)).toBe(0);
});

test("never read is not known, and not 0", () => {
  expect(sampled([1000, null], [2000, null])).toBeNull();
  expect(sampled()).toBeNull();
});
