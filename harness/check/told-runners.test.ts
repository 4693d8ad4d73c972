import { expect, test } from "vitest";
import type { RunnerLedger } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import { plantedRun } from "./planted-run.ts";
import { FIRST_WRITE_MS, RUNNER } from "./planted-writes.ts";
import { wrongRunners } from "./told-runners.ts";

const wrong = (changes: Partial<Run>, runnerOf = (_: number) => RUNNER, ofRunners: RunnerLedger[] = []) => {
  const record = plantedRun({}, ({ run, operations }) => ({
    run: { ...run, ...changes },
    operations: operations.map((op) => ({ ...op, runner: runnerOf(op.n) })),
  }));
  return wrongRunners({ ...record, ledger: { ...record.ledger, ofRunners } });
};

const marked = (runner: string, beganMs: number | null = FIRST_WRITE_MS, endedMs: number | null = 20_000) => ({
  ...{ runner, beganMs, endedMs },
  torn: false,
});
const did = (runner: string, iterations: number | null) => ({
  ...{ runner, iterations, fromMs: FIRST_WRITE_MS, toMs: 20_000, droppedIterations: 0, exitCode: 0 },
  clock: { offsetMs: 0, errorMs: 1, samples: 3 },
});
const inTurns = (n: number) => (n % 2 === 0 ? RUNNER : "k6-2");
const TWO = { runners: [RUNNER, "k6-2"], byRunner: [did(RUNNER, 120), did("k6-2", 120)] };

test("those that are named and wrote are as they should be, however many they are", () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({ record: 3 })).toEqual([]);
  expect(wrong(TWO, inTurns, [marked(RUNNER), marked("k6-2")])).toEqual([]);
});

test("each that wrote nothing is told", () => {
  expect(wrong({ runners: ["k6-0"] })).toEqual(["the runner k6-0 wrote nothing"]);
  const told = wrong({ ...TWO, runners: ["k6-0", RUNNER, "k6-2"] });
  expect(told.filter((line) => line.endsWith("wrote nothing"))).toEqual([
    "the runner k6-0 wrote nothing",
    "the runner k6-2 wrote nothing",
  ]);
});

test("of several each says that it began and that it ended, and within two seconds of the first", () => {
  expect(wrong(TWO, inTurns, [marked(RUNNER), marked("k6-2", FIRST_WRITE_MS + 2000)])).toEqual([]);
  expect(wrong(TWO, inTurns, [marked(RUNNER), marked("k6-2", FIRST_WRITE_MS + 2100)])).toEqual([
    "the runner k6-2 began 2.1 s after k6-1",
  ]);
  expect(wrong(TWO, inTurns, [marked(RUNNER, null), marked("k6-2", FIRST_WRITE_MS, null)])).toEqual([
    "the runner k6-1 does not say in ledger.ndjson that it began",
    "the runner k6-2 does not say in ledger.k6-2.ndjson that it ended: it was killed, or its ledger was cut off",
  ]);
});

test("a drill that came to no end counts nothing, and still names who is missing", () => {
  const failed = { runners: TWO.runners, state: "failed" as const };
  expect(wrong(failed, inTurns, [marked(RUNNER), marked("k6-2")])).toEqual([]);
  expect(wrong(failed, () => RUNNER, [marked(RUNNER)]).every((line) => line.includes("k6-2"))).toBe(true);
});

test("a run has to name them, but an older one", () => {
  const none = ["run.json names no runner of the load"];
  expect([wrong({ record: 3, runners: null }), wrong({ record: 3, runners: [] })]).toEqual([none, none]);
  expect([wrong({ record: 2, runners: null }), wrong({ record: 2, runners: [] })]).toEqual([[], none]);
});
