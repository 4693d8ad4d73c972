import { expect, test } from "vitest";
import { readSummary } from "./summary.ts";

const counted = (counts: Record<string, number>) =>
  JSON.stringify({
    metrics: Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, { values: { count } }])),
  });

test("k6's counts are those of the writes", () => {
  expect(readSummary(counted({ iterations: 9 }), 0)).toEqual({ iterations: 9, droppedIterations: 0, exitCode: 0 });
  expect(readSummary(counted({ iterations: 9, dropped_iterations: 2 }), 99)).toEqual({
    ...{ iterations: 9, droppedIterations: 2, exitCode: 99 },
  });
});

test("other iterations are left out if k6 counted them separately", () => {
  const of = { iterations: 30, "iterations{scenario:writes}": 10, dropped_iterations: 5 };
  expect(readSummary(counted({ ...of, "dropped_iterations{scenario:writes}": 0 }), 0)).toEqual({
    ...{ iterations: 10, droppedIterations: 0, exitCode: 0 },
  });
});

test("dropped iterations of others do not count", () => {
  const of = { iterations: 30, "iterations{scenario:writes}": 10, dropped_iterations: 5 };
  expect(readSummary(counted(of), 0)?.droppedIterations).toBe(0);
});

test("without a summary the counts are unknown", () => {
  expect(readSummary(null, 0)).toBeNull();
  expect(readSummary(counted({}), 0)).toBeNull();
});
