import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunningLoad } from "../load/generator.ts";
import { ledgerFile, programOf, type RunnerName } from "../model/load/runners.ts";
import type { ClockSample } from "../model/record/clock.ts";
import { LoadCourse } from "./load-course.ts";

const folder = mkdtempSync(join(tmpdir(), "fhirdrill-course-"));
afterAll(() => rmSync(folder, { recursive: true }));

const readClock = async (): Promise<ClockSample> => ({ askedMs: 10, answeredMs: 12, epochMs: 1011 });
const never = new Promise<number>(() => {});

function runner(name: RunnerName, changes: Partial<RunningLoad> = {}): RunningLoad {
  return {
    ...{ runner: name, program: programOf(name), readClock, ended: Promise.resolve(0), log: async () => "" },
    ledger: join(folder, `${expect.getState().currentTestName?.length}-${ledgerFile(name)}`),
    summary: async (exitCode) => ({ iterations: 7, droppedIterations: 1, exitCode }),
    ...changes,
  };
}

/** Samples each clock once. */
const sampled = async (load: LoadCourse) => {
  const rounds: (() => Promise<void>)[] = [];
  load.sampleClocks({ repeat: (_, round) => void rounds.push(round) });
  for (const round of rounds) await round();
  return rounds.length;
};

test("a single runner's counts are the load's, without a list by runner", async () => {
  const load = new LoadCourse([runner("k6-1")], () => 5);
  expect(await sampled(load)).toBe(1);
  expect(await load.did()).toEqual({
    clock: { offsetMs: 1000, errorMs: 1, samples: 1 },
    k6: { iterations: 7, droppedIterations: 1, exitCode: 0 },
  });
});

test("the counts of several runners are summed and listed; a shared clock is read once for all", async () => {
  const other = async (): Promise<ClockSample> => ({ askedMs: 10, answeredMs: 16, epochMs: 9013 });
  const runners = [runner("k6-1"), runner("k6-2"), runner("k6-3", { readClock: other, ended: Promise.resolve(3) })];
  const load = new LoadCourse(runners, () => 5);
  expect(await sampled(load)).toBe(2);
  const { clock, k6, byRunner } = await load.did();
  expect([clock, k6]).toEqual([
    { offsetMs: 1000, errorMs: 3, samples: 1 },
    { iterations: 21, droppedIterations: 3, exitCode: 3 },
  ]);
  expect(byRunner?.map((each) => [each.runner, each.exitCode, each.clock?.offsetMs, each.fromMs, each.toMs])).toEqual([
    ["k6-1", 0, 1000, null, 5],
    ["k6-2", 0, 1000, null, 5],
    ["k6-3", 3, 9000, null, 5],
  ]);
});

test("without one runner's summary or clock, those of the load are unknown", async () => {
  const load = new LoadCourse([runner("k6-1"), runner("k6-2", { summary: async () => null })], () => 5);
  expect(await load.did()).toMatchObject({
    clock: null,
    k6: null,
    byRunner: [{ iterations: 7 }, { iterations: null }],
  });
});

test("the load has begun when the last runner has", async () => {
  const runners = [runner("k6-1"), runner("k6-2")];
  const load = new LoadCourse(runners, () => 5);
  const writes = (i: number) => appendFileSync(runners[i]?.ledger as string, '{"type":"begin","epochMs":1}\n');
  writes(0);
  expect(await load.watch.look(100, "")).toMatchObject({ silentMs: 0 });
  expect([load.watch.firstSeenMs, load.watch.seenMs]).toEqual([null, [100, null]]);
  writes(1);
  await load.watch.look(120, "");
  expect([load.watch.firstSeenMs, load.watch.seenMs]).toEqual([120, [100, 120]]);
  expect(await load.begun(new AbortController().signal)).toBe(120);
});

test("a runner that ends early ends the load and is named; a single one is called k6", async () => {
  const due = new AbortController().signal;
  const dead = { ended: Promise.resolve(137), log: async () => "" };
  const [of2, of1] = [[runner("k6-1", { ended: never }), runner("k6-2", dead)], [runner("k6-1", dead)]];
  await expect(new LoadCourse(of2, () => 5).endsEarly(due)).rejects.toMatchObject({
    text: { why: "k6-2 exited with code 137", todo: "see logs/k6-2.log in the run folder" },
  });
  await expect(new LoadCourse(of1, () => 5).endsEarly(due)).rejects.toMatchObject({
    text: { why: "k6 exited with code 137", todo: "see logs/k6.log in the run folder" },
  });
});

test("only the runner that does not end in time is named", async () => {
  const load = new LoadCourse([runner("k6-1"), runner("k6-2", { ended: never })], () => 5);
  await expect(load.ended(1, new AbortController().signal)).rejects.toMatchObject({
    text: { why: "k6-2 was still running 0.001 s after it began" },
  });
});
