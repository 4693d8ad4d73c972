import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SiteName } from "../model/plan/site.ts";
import type { PrimaryProbe, TimelineEnd } from "../model/record/probe.ts";
import type { Said } from "../system/self-failover.ts";
import { startPrimaryProbe } from "./primary.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ended = (timeline: number): TimelineEnd => ({
  ...{ timeline, lsn: 1, why: "no recovery target specified", at: null, leader: null, side: null },
});

/** Both sites answer alike; what they answer is changed by the test. */
function probed(state: { timeline: number; history: TimelineEnd[] | null | undefined; isDown?: boolean }) {
  const samples: PrimaryProbe[] = [];
  const askedMs: number[] = [];
  const ask = async (side: SiteName, withHistory?: boolean): Promise<Said> => {
    if (side === "a" && withHistory) askedMs.push(Math.round(performance.now() - beganMs));
    const { timeline, history, isDown } = state;
    const known = isDown
      ? { server: null, lock: null, why: "down" }
      : { server: { role: "primary", state: "running", timeline } as const, lock: { holder: side }, why: null };
    const read = isDown ? null : history;
    return { ...known, lagBytes: null, ...(withHistory && read !== undefined && { history: read }) };
  };
  const beganMs = performance.now();
  const stop = startPrimaryProbe(
    ask,
    () => performance.now() - beganMs,
    (sample) => samples.push(sample),
  );
  const ofA = () => samples.filter(({ side }) => side === "a");
  return { stop, ofA, askedMs, seconds: (count: number) => vi.advanceTimersByTimeAsync(count * 1000) };
}

test("the history is read once at the start and once at the end, however many samples are taken", async () => {
  const { stop, ofA, askedMs, seconds } = probed({ timeline: 7, history: [ended(5), ended(6)] });
  await seconds(60);
  expect(askedMs).toEqual([250]);
  await stop();
  expect(askedMs).toEqual([250, 60_000]);
  expect(ofA()).toHaveLength(241);
  const read = ofA().flatMap(({ sentMs, history }) => (history === undefined ? [] : [[Math.round(sentMs), history]]));
  expect(read).toEqual([
    [250, [ended(5), ended(6)]],
    [60_000, [ended(5), ended(6)]],
  ]);
});

test("after a change of the timeline it is read every two seconds, until it has the one that ended", async () => {
  const state = { timeline: 1, history: [] as TimelineEnd[] };
  const { stop, askedMs, seconds } = probed(state);
  await seconds(10.1);
  state.timeline = 2;
  await seconds(5);
  state.history = [ended(1)];
  await seconds(30);
  expect(askedMs).toEqual([250, 10_500, 12_500, 14_500, 16_500]);
  await stop();
});

test("one that never has it is not asked for ever", async () => {
  const state = { timeline: 1, history: [] };
  const { stop, askedMs, seconds } = probed(state);
  await seconds(1);
  state.timeline = 2;
  await seconds(600);
  expect(askedMs).toHaveLength(1 + 15);
  await stop();
});

test("a site that does not answer is asked for its history when it answers again", async () => {
  const state = { timeline: 1, history: [], isDown: true };
  const { stop, askedMs, seconds } = probed(state);
  await seconds(20.1);
  expect(askedMs).toEqual([250]);
  state.isDown = false;
  await seconds(5);
  expect(askedMs).toEqual([250, 20_500]);
  await stop();
});

test("a system without a history is sampled as ever, and not once more at the end", async () => {
  const { stop, ofA, seconds } = probed({ timeline: 1, history: undefined });
  await seconds(10);
  const before = ofA().length;
  await stop();
  expect(ofA()).toHaveLength(before);
  expect(ofA().every((sample) => !("history" in sample))).toBe(true);
});
