import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClockSample, mapClock, startClock } from "./clock.ts";

const RUNS = { seed: 6 };
const offset = fc.integer({ min: -1_000_000, max: 2_000_000_000_000 });
/** How long the request and the answer took. */
const trip = fc.record({
  askedMs: fc.integer({ min: 0, max: 100_000 }),
  there: fc.integer({ min: 0, max: 200 }),
  back: fc.integer({ min: 0, max: 200 }),
});
type Trip = { askedMs: number; there: number; back: number };

/** The sample of a clock that is `offsetMs` ahead, with these travel times. */
function sample({ askedMs, there, back }: Trip, offsetMs: number): ClockSample {
  return { askedMs, answeredMs: askedMs + there + back, epochMs: askedMs + there + offsetMs };
}

describe("the mapping of a steady clock", () => {
  test("is within its error of the truth, for any travel times", () => {
    fc.assert(
      fc.property(offset, fc.array(trip, { minLength: 1, maxLength: 20 }), (truth, trips) => {
        const map = mapClock(trips.map((each) => sample(each, truth)));
        expect(Math.abs((map?.offsetMs as number) - truth)).toBeLessThanOrEqual(map?.errorMs as number);
        expect(map?.samples).toBe(trips.length);
      }),
      RUNS,
    );
  });

  test("has no larger error than half the shortest round trip", () => {
    fc.assert(
      fc.property(offset, fc.array(trip, { minLength: 1, maxLength: 20 }), (truth, trips) => {
        const shortest = Math.min(...trips.map(({ there, back }) => there + back));
        const errorMs = mapClock(trips.map((each) => sample(each, truth)))?.errorMs;
        expect(errorMs).toBeGreaterThanOrEqual(shortest / 2);
        expect(errorMs).toBeLessThanOrEqual(shortest);
      }),
      RUNS,
    );
  });
});

test("a clock step shows in the error, except for the round trips", () => {
  const trips = fc.array(trip, { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(offset, fc.integer({ min: -5000, max: 5000 }), trips, trips, (truth, step, before, after) => {
      const samples = [
        ...before.map((each) => sample(each, truth)),
        ...after.map((each) => sample(each, truth + step)),
      ];
      const longest = Math.max(...[...before, ...after].map(({ there, back }) => there + back));
      expect(mapClock(samples)?.errorMs).toBeGreaterThanOrEqual(Math.abs(step) - longest);
    }),
    RUNS,
  );
});

test("without samples there is no mapping", () => {
  expect(mapClock([])).toBeNull();
});

test("the drill's clock begins at 0 and counts milliseconds to three places", () => {
  const readings = [1000, 1000, 1012.34567];
  const now = startClock(() => readings.shift() as number);
  expect([now(), now()]).toEqual([0, 12.346]);
});

test("the offset is the middle of the shortest round trip, the error half of it, plus the drift seen by others", () => {
  const shortest = { askedMs: 100, answeredMs: 110, epochMs: 1005 };
  expect(mapClock([shortest])).toEqual({ offsetMs: 900, errorMs: 5, samples: 1 });
  const longer = { askedMs: 200, answeredMs: 240, epochMs: 1120 };
  expect(mapClock([longer, shortest])).toEqual({ offsetMs: 900, errorMs: 5, samples: 2 });
  const ahead = { askedMs: 200, answeredMs: 240, epochMs: 1147 };
  expect(mapClock([shortest, ahead])).toEqual({ offsetMs: 900, errorMs: 12, samples: 2 });
  const behind = { askedMs: 200, answeredMs: 240, epochMs: 1097 };
  expect(mapClock([behind, shortest])).toEqual({ offsetMs: 900, errorMs: 8, samples: 2 });
});

test("the drill's clock advances by itself", () => {
  const now = startClock();
  const first = now();
  expect(first).toBeGreaterThanOrEqual(0);
  expect(now()).toBeGreaterThanOrEqual(first);
});
