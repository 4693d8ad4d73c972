import fc from "fast-check";
import { expect, test } from "vitest";
import { totalMs, union } from "./intervals.ts";

const interval = fc
  .tuple(fc.nat({ max: 100 }), fc.nat({ max: 20 }))
  .map(([from, length]) => ({ fromMs: from, toMs: from + length }));
const intervals = fc.array(interval, { maxLength: 15 });
const RUNS = { seed: 9 };

test("the union covers exactly what any span covers", () => {
  fc.assert(
    fc.property(intervals, (list) => {
      const covers = (spans: typeof list, ms: number) => spans.some((span) => span.fromMs <= ms && ms <= span.toMs);
      const merged = union(list);
      for (let ms = -0.5; ms <= 121; ms += 0.5) expect(covers(merged, ms)).toBe(covers(list, ms));
    }),
    RUNS,
  );
});

test("the union is sorted and disjoint, and counts no moment twice", () => {
  fc.assert(
    fc.property(intervals, (list) => {
      const merged = union(list);
      merged.slice(1).forEach((span, i) => {
        expect(span.fromMs).toBeGreaterThan(merged[i]?.toMs as number);
      });
      const moments = Array.from({ length: 121 }, (_, i) => i).filter((i) =>
        list.some((s) => s.fromMs <= i && i + 1 <= s.toMs),
      );
      expect(totalMs(merged)).toBe(moments.length);
      expect(union(merged)).toEqual(merged);
    }),
    RUNS,
  );
});

test("a span inside another does not shorten it, and the input is unchanged", () => {
  const list = [
    { fromMs: 0, toMs: 10 },
    { fromMs: 2, toMs: 4 },
    { fromMs: 10, toMs: 12 },
  ];
  expect(union(list)).toEqual([{ fromMs: 0, toMs: 12 }]);
  expect(list[0]).toEqual({ fromMs: 0, toMs: 10 });
});

test("touching spans are merged and separate ones are not, whatever the order of input", () => {
  const list = [
    { fromMs: 21, toMs: 30 },
    { fromMs: 10, toMs: 20 },
    { fromMs: 0, toMs: 10 },
  ];
  expect(union(list)).toEqual([
    { fromMs: 0, toMs: 20 },
    { fromMs: 21, toMs: 30 },
  ]);
  expect(totalMs(union(list))).toBe(29);
  expect([union([]), totalMs([])]).toEqual([[], 0]);
});
