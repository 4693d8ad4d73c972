import fc from "fast-check";
import { expect, test } from "vitest";
import { indexOfSegment, segmentOf } from "./segments.ts";

/** The segment as k6 reports it: in lowest terms. */
function inLowestTerms(segment: string): string {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const least = (cut: string) => {
    const [a, b = 1] = cut.split("/").map(Number) as [number, number?];
    const by = divisor(a, b);
    return b / by === 1 ? String(a / by) : `${a / by}/${b / by}`;
  };
  return segment.split(":").map(least).join(":");
}

test("a single runner has no segment; several each have their own, in the same sequence", () => {
  expect(segmentOf(0, 1)).toBeNull();
  expect([0, 1, 2].map((index) => segmentOf(index, 3))).toEqual([
    { segment: "0:1/3", sequence: "0,1/3,2/3,1" },
    { segment: "1/3:2/3", sequence: "0,1/3,2/3,1" },
    { segment: "2/3:1", sequence: "0,1/3,2/3,1" },
  ]);
});

test("each runner is identified by its segment, as k6 reports it", () => {
  const runners = fc.integer({ min: 1, max: 16 }).chain((of) => fc.tuple(fc.nat(of - 1), fc.constant(of)));
  fc.assert(
    fc.property(runners, ([index, of]) => {
      const segment = segmentOf(index, of)?.segment ?? null;
      expect(indexOfSegment(segment, of)).toBe(index);
      expect(indexOfSegment(segment && inLowestTerms(segment), of)).toBe(index);
    }),
  );
});

test.each(["", null, undefined, "1/4:1/2", "1:2", "a:b"])("%s is no segment of three runners", (segment) => {
  expect(() => indexOfSegment(segment, 3)).toThrow("is no segment of 3 runners");
});
