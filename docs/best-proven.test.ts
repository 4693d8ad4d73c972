import { expect, test } from "vitest";
import type { Row } from "../harness/report/table/table.ts";
import { bestProven } from "./best-proven.ts";

function row(words: Partial<Row["words"]>, day: string): Row {
  return {
    ...{
      scenario: "region-loss",
      config: "async",
      runs: 0,
      figures: { lost: null, gone: null, rto: null, downtime: null },
    },
    ...{ words: { holds: 0, broken: 0, inconclusive: 0, ...words }, made: { from: day, to: day }, inconclusive: [] },
  };
}

test("of several rows with one name, the README shows the one with the most conclusive runs", () => {
  const best = row({ holds: 2, broken: 1 }, "2026-11-25");
  expect(bestProven([row({ holds: 2, inconclusive: 9 }, "2026-11-28"), best], "it")).toBe(best);
});

test("with equally many runs, it shows the newest", () => {
  const [old, best, middle] = ["2026-11-25", "2026-11-28", "2026-11-26"].map((day) => row({ holds: 3 }, day)) as [
    Row,
    Row,
    Row,
  ];
  expect(bestProven([old, best, middle], "it")).toBe(best);
});

test("a row without any run is an error", () => {
  expect(() => bestProven([], "region-loss × async")).toThrow("no run of region-loss × async");
});
