import { describe, expect, test } from "vitest";
import type { RunnerLedger } from "../model/record/record.ts";
import type { ByRunner, Run } from "../model/record/run.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { FIRST_WRITE_MS, RUNNER } from "./testing/fake-writes.ts";
import { wrongRunners } from "./told-runners.ts";

const wrong = (changes: Partial<Run>, runnerOf = (_: number) => RUNNER, ofRunners: RunnerLedger[] = []) => {
  const record = fakeRun({}, ({ run, operations }) => ({
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
  clock: { ...PLAN.clock, samples: 3 },
});
const inTurns = (n: number) => (n % 2 === 0 ? RUNNER : "k6-2");
const TWO = { runners: [RUNNER, "k6-2"], byRunner: [did(RUNNER, 120), did("k6-2", 120)] };

test("runners that are named and wrote have nothing wrong, however many they are", () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({ record: 3 })).toEqual([]);
  expect(wrong(TWO, inTurns, [marked(RUNNER), marked("k6-2")])).toEqual([]);
});

test("each runner that wrote nothing is reported", () => {
  expect(wrong({ runners: ["k6-0"] })).toEqual(["the runner k6-0 wrote nothing"]);
  const reasons = wrong({ ...TWO, runners: ["k6-0", RUNNER, "k6-2"] });
  expect(reasons.filter((line) => line.endsWith("wrote nothing"))).toEqual([
    "the runner k6-0 wrote nothing",
    "the runner k6-2 wrote nothing",
  ]);
});

test("each of several has a recorded beginning and end, and began within two seconds of the first", () => {
  expect(wrong(TWO, inTurns, [marked(RUNNER, FIRST_WRITE_MS - 2000), marked("k6-2")])).toEqual([]);
  expect(wrong(TWO, inTurns, [marked(RUNNER, FIRST_WRITE_MS - 2100), marked("k6-2")])).toEqual([
    "the runner k6-2 began 2.1 s after k6-1",
  ]);
  expect(wrong(TWO, inTurns, [marked(RUNNER, null), marked("k6-2", FIRST_WRITE_MS, null)])).toEqual([
    "the runner k6-1 has no recorded beginning in ledger.ndjson",
    "the runner k6-2 has no recorded end in ledger.k6-2.ndjson: it was killed, or its ledger was cut off",
  ]);
});

test("a drill that did not finish has no counts, and still names missing runners", () => {
  const failed = { runners: TWO.runners, state: "failed" as const };
  expect(wrong(failed, inTurns, [marked(RUNNER), marked("k6-2")])).toEqual([]);
  expect(wrong(failed, () => RUNNER, [marked(RUNNER)]).every((line) => line.includes("k6-2"))).toBe(true);
});

test("every run but an older one must name them", () => {
  const none = ["run.json names no runner of the load"];
  expect([wrong({ record: 3, runners: null }), wrong({ record: 3, runners: [] })]).toEqual([none, none]);
  expect([wrong({ record: 2, runners: null }), wrong({ record: 2, runners: [] })]).toEqual([[], none]);
});

describe("what one of several records of itself", () => {
  const BOTH = [marked(RUNNER), marked("k6-2")];
  const saying = (changes: Partial<ByRunner>, run: Partial<Run> = {}) =>
    wrong({ ...TWO, ...run, byRunner: [did(RUNNER, 120), { ...did("k6-2", 120), ...changes }] }, inTurns, BOTH);
  const { clock } = did("k6-2", 120);

  test("its writes lie between its beginning and its end", () => {
    const between = (beganMs: number, endedMs: number) =>
      wrong(TWO, inTurns, [marked(RUNNER), marked("k6-2", beganMs, endedMs)]);
    expect(between(FIRST_WRITE_MS + 50, 20_000)).toEqual([]);
    expect(between(FIRST_WRITE_MS + 51, 20_000)).toEqual([
      "the runner k6-2 wrote before its recorded beginning in ledger.k6-2.ndjson",
    ]);
    expect(between(FIRST_WRITE_MS, FIRST_WRITE_MS + 1)).toEqual([
      "the runner k6-2 wrote after its recorded end in ledger.k6-2.ndjson",
    ]);
  });

  test("it records how many writes it dropped, as every summary does", () => {
    expect(saying({ droppedIterations: null })).toEqual(["the runner k6-2 left no summary"]);
  });

  test("the drill saw it begin after it did, and end after its last write", () => {
    const lastMs = fakeRun().history.completedMs.reduce((last, ms) => Math.max(last, ms), 0);
    expect(saying({ fromMs: FIRST_WRITE_MS - 1000, toMs: lastMs })).toEqual([]);
    // A slow drill sees it late.
    expect(saying({ fromMs: FIRST_WRITE_MS + 5000, toMs: 90_000 })).toEqual([]);
    const elsewhere = ["the drill's times for the runner k6-2 do not enclose its own lines"];
    expect(saying({ fromMs: null })).toEqual(elsewhere);
    expect(saying({ fromMs: FIRST_WRITE_MS - 1001 })).toEqual(elsewhere);
    expect(saying({ toMs: FIRST_WRITE_MS + 2000 })).toEqual(elsewhere);
    expect(saying({ fromMs: 90_000, toMs: 89_999 })).toEqual(elsewhere);
  });

  test("its clock is known no worse than that of the load, from as many samples", () => {
    const otherwise = ["the recorded error of the load's clock does not match those of its runners"];
    for (const changes of [{ errorMs: 9000 }, { samples: 0 }])
      expect(saying({ clock: { ...clock, ...changes } })).toEqual(otherwise);
    const worse = { ...clock, errorMs: 9 };
    expect(saying({ clock: worse }, { clock: { ...PLAN.clock, errorMs: 9, samples: 3 } })).toEqual([]);
  });
});
