import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dueBy, executorStages, peakOf, type Stage, whenDue } from "./shape.ts";

const level = (seconds: number, rate: number): Stage => ({ seconds, from: rate, to: rate });
const STEPS = [level(10, 20), level(5, 40), level(5, 60), level(10, 20)];
const RAMP: Stage[] = [level(10, 10), { seconds: 10, from: 10, to: 30 }, level(5, 30)];

const anyStages = fc
  .array(
    fc.record({ seconds: fc.integer({ min: 1, max: 30 }), to: fc.integer({ min: 5, max: 300 }), jumps: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => {
    let before = parts[0]?.to ?? 5;
    return parts.map(({ seconds, to, jumps }): Stage => {
      const from = jumps ? to : before;
      before = to;
      return { seconds, from, to };
    });
  });

describe("how many are due", () => {
  test("is the rate accumulated by then", () => {
    expect([0, 5, 10, 12, 15, 17, 20, 30].map((s) => dueBy(STEPS, s))).toEqual([0, 100, 200, 280, 400, 520, 700, 900]);
    // Half way up, the rate is 20: 15 on average so far.
    expect([10, 15, 20, 25].map((s) => dueBy(RAMP, s))).toEqual([100, 175, 300, 450]);
  });

  test("continues level at either end", () => {
    expect([dueBy(STEPS, -1), dueBy(STEPS, 31), dueBy(RAMP, 27)]).toEqual([-20, 920, 510]);
  });
});

describe("when so many are due", () => {
  test("is when the rate has accumulated to it", () => {
    expect([1, 200, 240, 400, 460, 900].map((n) => whenDue(STEPS, n))).toEqual([0.05, 10, 11, 15, 16, 30]);
    expect(whenDue(RAMP, 175)).toBeCloseTo(15, 9);
  });

  test("continues after the end", () => expect(whenDue(STEPS, 920)).toBeCloseTo(31, 9));

  test("is the inverse of how many are due by then", () => {
    fc.assert(
      fc.property(anyStages, fc.double({ min: 0, max: 1, noNaN: true }), (stages, share) => {
        const seconds = share * stages.reduce((sum, stage) => sum + stage.seconds, 0);
        expect(whenDue(stages, dueBy(stages, seconds))).toBeCloseTo(seconds, 4);
      }),
    );
  });
});

test("a jump is a stage without a duration; without jumps the stages follow each other", () => {
  expect(executorStages(STEPS)).toEqual([
    { target: 20, duration: "10s" },
    { target: 40, duration: "0s" },
    { target: 40, duration: "5s" },
    { target: 60, duration: "0s" },
    { target: 60, duration: "5s" },
    { target: 20, duration: "0s" },
    { target: 20, duration: "10s" },
  ]);
  expect(executorStages(RAMP)).toEqual([
    { target: 10, duration: "10s" },
    { target: 30, duration: "10s" },
    { target: 30, duration: "5s" },
  ]);
});

test("the peak is the highest of all", () => expect([peakOf(STEPS), peakOf(RAMP)]).toEqual([60, 30]));
