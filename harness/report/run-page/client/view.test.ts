import fc from "fast-check";
import { expect, test } from "vitest";
import { moved, visible, zoomed } from "./view.ts";

const bins = fc
  .tuple(fc.integer({ min: 20, max: 400_000 }), fc.nat(), fc.integer({ min: 16, max: 400_000 }))
  .map(([whole, from, length]) => {
    const fitting = Math.min(whole, length);
    const first = from % (whole - fitting + 1);
    return { whole, part: { from: first, to: first + fitting } };
  });

test("zooming and scrolling never leave the run, and never show an empty range", () => {
  const step = fc.oneof(
    fc.record({
      factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ along: fc.double({ min: -3, max: 3, noNaN: true }) }),
  );
  fc.assert(
    fc.property(bins, fc.array(step, { maxLength: 20 }), ({ whole, part }, steps) => {
      let shown = part;
      for (const each of steps) {
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

test("zooming in and out again restores the range, and the center keeps its place", () => {
  const closer = zoomed({ from: 1000, to: 3000 }, 1 / 2, 2500, 10_000);
  expect(closer).toEqual({ from: 1750, to: 2750 });
  expect(zoomed(closer, 2, 2500, 10_000)).toEqual({ from: 1000, to: 3000 });
});

test("outages within one pixel are merged, none is left out, and distant ones stay separate", () => {
  const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 300 }), (steps, apartMs) => {
      let at = 0;
      const all = steps.map(([pause, length]) => {
        const fromMs = at + pause;
        at = fromMs + length;
        return { fromMs, toMs: at };
      });
      const seen = visible(all, { fromMs: 0, toMs: at }, apartMs);
      for (const { fromMs, toMs } of all)
        expect(seen.some((span) => span.fromMs <= fromMs && span.toMs >= toMs)).toBe(true);
      for (let i = 1; i < seen.length; i += 1)
        expect((seen[i]?.fromMs as number) - (seen[i - 1]?.toMs as number)).toBeGreaterThanOrEqual(apartMs);
      const covered = (list: typeof all) => list.reduce((sum, span) => sum + span.toMs - span.fromMs, 0);
      expect(covered(seen)).toBeLessThan(covered(all) + all.length * apartMs);
    }),
  );
});
