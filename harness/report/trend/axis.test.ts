import fc from "fast-check";
import { expect, test } from "vitest";
import { axisOf } from "./axis.ts";

test.each([
  [[2.1, 3.4], false, [0, 1, 2, 3, 4]],
  [[0.07, 0.3], false, [0, 0.1, 0.2, 0.3]],
  [[7], false, [0, 2, 4, 6, 8]],
  [[3, 250], true, [1, 10, 100, 1000]],
  [[0, 3, 250], true, [0, 1, 10, 100, 1000]],
  [[0, 0], false, [0]],
  [[], false, [0]],
])("for %j: logarithmic %j, with ticks at %j", (values, logarithmic, ticks) => {
  const axis = axisOf(values);
  expect([axis.logarithmic, axis.ticks]).toEqual([logarithmic, ticks]);
});

test("all values and ticks are on the axis, in ascending order", () => {
  const lists = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e5, noNaN: true })), { maxLength: 20 });
  fc.assert(
    fc.property(lists, (values) => {
      const { at, ticks } = axisOf(values);
      const all = [...new Set([...values, ...ticks])].toSorted((x, y) => x - y);
      const places = all.map(at);
      expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...places)).toBeLessThanOrEqual(1 + 1e-9);
      expect(places).toEqual(places.toSorted((x, y) => x - y));
      expect(ticks.length).toBeLessThanOrEqual(10);
    }),
  );
});
