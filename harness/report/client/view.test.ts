import fc from "fast-check";
import { expect, test } from "vitest";
import { moved, zoomed } from "./view.ts";

const bins = fc
  .tuple(fc.integer({ min: 20, max: 400_000 }), fc.nat(), fc.integer({ min: 16, max: 400_000 }))
  .map(([whole, from, length]) => {
    const fitting = Math.min(whole, length);
    const first = from % (whole - fitting + 1);
    return { whole, part: { from: first, to: first + fitting } };
  });

test("whoever looks closer, wider, earlier or later never looks outside of the run, or at nothing", () => {
  const way = fc.oneof(
    fc.record({
      factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ along: fc.double({ min: -3, max: 3, noNaN: true }) }),
  );
  fc.assert(
    fc.property(bins, fc.array(way, { maxLength: 20 }), ({ whole, part }, ways) => {
      let shown = part;
      for (const each of ways) {
        const about = "share" in each ? shown.from + each.share * (shown.to - shown.from) : 0;
        shown = "factor" in each ? zoomed(shown, each.factor, about, whole) : moved(shown, each.along, whole);
        expect(shown.from).toBeGreaterThanOrEqual(0);
        expect(shown.to).toBeLessThanOrEqual(whole);
        expect(shown.to - shown.from).toBeGreaterThanOrEqual(Math.min(16, whole));
        expect(Number.isInteger(shown.from)).toBe(true);
      }
    }),
  );
});

test("closer and wider again is where one was, and what it is about stays in its place", () => {
  const closer = zoomed({ from: 1000, to: 3000 }, 1 / 2, 2500, 10_000);
  expect(closer).toEqual({ from: 1750, to: 2750 });
  expect(zoomed(closer, 2, 2500, 10_000)).toEqual({ from: 1000, to: 3000 });
});
