import { expect, test } from "vitest";
import type { Run } from "../model/record/run.ts";
import { plantedRun } from "./planted-run.ts";
import { RUNNER } from "./planted-writes.ts";
import { wrongRunners } from "./told-runners.ts";

const wrong = (changes: Partial<Run>, runnerOf = (_: number) => RUNNER) =>
  wrongRunners(
    plantedRun({}, ({ run, operations }) => ({
      run: { ...run, ...changes },
      operations: operations.map((op) => ({ ...op, runner: runnerOf(op.n) })),
    })),
  );

test("those that are named and wrote are as they should be, however many they are", () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({ record: 3 })).toEqual([]);
  expect(wrong({ runners: [RUNNER, "k6-2"] }, (n) => (n === 7 ? "k6-2" : RUNNER))).toEqual([]);
});

test("each that wrote nothing is told", () => {
  expect(wrong({ runners: ["k6-0", RUNNER, "k6-2"] })).toEqual([
    "the runner k6-0 wrote nothing",
    "the runner k6-2 wrote nothing",
  ]);
});

test("a run has to name them, but an older one", () => {
  const none = ["run.json names no runner of the load"];
  expect([wrong({ record: 3, runners: null }), wrong({ record: 3, runners: [] })]).toEqual([none, none]);
  expect([wrong({ record: 2, runners: null }), wrong({ record: 2, runners: [] })]).toEqual([[], none]);
});
