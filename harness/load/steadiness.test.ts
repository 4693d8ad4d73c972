import { expect, test } from "vitest";
import { steadiness, type WarmUpWrite } from "./steadiness.ts";

const NOW_MS = 60_000;

/** Writes of the last eight seconds at `rate`; `latencyAt` gives the latency of each by its age in milliseconds. */
function writes(rate: number, latencyAt: (ageMs: number) => number, refusedAtAgeMs?: number): WarmUpWrite[] {
  const count = 8 * rate;
  return Array.from({ length: count }, (_, i) => {
    const ageMs = (i * 8000) / count;
    const acknowledged = refusedAtAgeMs === undefined || Math.abs(ageMs - refusedAtAgeMs) > 500 / rate;
    return { doneMs: NOW_MS - ageMs, latencyMs: latencyAt(ageMs), acknowledged, throttled: false };
  });
}

const look = (all: WarmUpWrite[]) => steadiness(all, NOW_MS, { ratePerSecond: 30, withinMs: 1000 });

test("steady: the rate is reached and latency does not fall", () => {
  expect(look(writes(30, () => 12))).toEqual({ steady: true, ratePerSecond: 30, medianMs: 12, p95Ms: 12 });
});

test("falling latency is not steady, but a tiny difference is no fall", () => {
  expect(look(writes(30, (ageMs) => 20 + ageMs / 50)).steady).toBe(false);
  expect(look(writes(30, (ageMs) => (ageMs < 4000 ? 4 : 6))).steady).toBe(true);
});

test("rising latency is steady as long as the rate is kept", () => {
  expect(look(writes(30, (ageMs) => 80 - ageMs / 100)).steady).toBe(true);
});

test("less than the rate is not steady, nor is a window without one to compare", () => {
  expect(look(writes(27, () => 12)).steady).toBe(false);
  expect(look(writes(30, () => 12).filter(({ doneMs }) => doneMs > NOW_MS - 4000)).steady).toBe(false);
});

test("a rate reached with late answers is not steady, but a few late ones do not matter", () => {
  const lateOneIn = (every: number) =>
    writes(30, (ageMs) => (Math.round((ageMs * 30) / 1000) % every === 0 ? 1200 : 12));
  expect(look(lateOneIn(10)).steady).toBe(false);
  expect(look(lateOneIn(40)).steady).toBe(true);
});

test("a refusal in the last window is not steady, an earlier one does not matter", () => {
  expect(look(writes(30, () => 12, 1000)).steady).toBe(false);
  expect(look(writes(30, () => 12, 5000)).steady).toBe(true);
});

test("no writes at all are not steady", () => {
  expect(look([])).toEqual({ steady: false, ratePerSecond: 0, medianMs: null, p95Ms: null });
});
