/**
 * The load's schedule: writes numbered without a hole, sent at an even beat from the first to the last for as long as the
 * scenario says, and the first of them when the drill saw it by a clock of its own. A write that is missing, a clock that
 * was set and a load that was cut short are seen by it.
 */
import type { History } from "../model/columns/history.ts";
import { loadTimes } from "../model/plan/scenario.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import { baselineBeganMs, countBelow } from "./facts.ts";

/** A generator that is late by more did not keep the schedule. Measured: 0.1 s at most. */
const LATE_MS = 500;
/** The drill looks for the first write five times a second. Measured: 0.3 s. */
const SEEN_WITHIN_MS = 1000;
/** Timers know whole milliseconds. */
const EARLY_MS = 20;
/** Of a count that was worked out from times. */
const ROUNDING = 1e-6;

/** What is wrong with it, a sentence each. */
export function wrongSchedule(record: RunRecord): string[] {
  return [...wrongNumbers(record), ...wrongBeat(record), ...wrongCount(record), ...wrongLength(record)];
}

function wrongNumbers({ history }: RunRecord): string[] {
  const { length, n, highestN } = history;
  if (highestN === length - 1) return [];
  const there = new Uint8Array(highestN + 1);
  for (let i = 0; i < length; i += 1) there[n[i] as number] = 1;
  const missing = there.indexOf(0);
  return [
    `the ledger lacks ${highestN + 1 - length} of the writes up to the last, the first of them number ${missing}`,
  ];
}

function wrongBeat({ history, run, events }: RunRecord): string[] {
  const fromMs = baselineBeganMs(events);
  if (fromMs === undefined) return [];
  // In older runs k6 had the whole of the warm-up, and began it slowly.
  const first = run.warmUp === null ? countBelow(history.invokedMs.subarray(0, history.length), fromMs) : 0;
  const { place, offMs } = furthestOff(history, first, run);
  if (offMs <= LATE_MS) return [];
  const off = `${(offMs / 1000).toFixed(3)} s off the load's beat`;
  return [`${history.idAt(place)} was sent ${off}: the load was not even, or k6's clock was set`];
}

/** Of the writes from place `first` on, the one that was sent furthest off the beat of the first of them. */
function furthestOff({ length, n, invokedMs }: History, first: number, { scenario }: Run) {
  const beatMs = 1000 / scenario.load.ratePerSecond;
  let [place, offMs] = [first, 0];
  for (let i = first + 1; i < length; i += 1) {
    const dueMs = (invokedMs[first] as number) + ((n[i] as number) - (n[first] as number)) * beatMs;
    const off = Math.abs((invokedMs[i] as number) - dueMs);
    if (off > offMs) [place, offMs] = [i, off];
  }
  return { place, offMs };
}

/** At an even beat the last write may be due in the very instant in which the load ends. */
function wrongCount({ history, run }: RunRecord): string[] {
  if (history.length === 0 || furthestOff(history, 0, run).offMs > LATE_MS) return [];
  const due = Math.floor(run.scenario.load.ratePerSecond * timesOf(run).end + ROUNDING);
  if (history.length === due || history.length === due + 1) return [];
  return [`the ledger has ${history.length} writes, and the scenario ${due}`];
}

function wrongLength({ history, run, events }: RunRecord): string[] {
  const { length, invokedMs } = history;
  const fromMs = baselineBeganMs(events);
  if (length === 0 || fromMs === undefined) return [];
  const { baseline, end } = timesOf(run);
  const [firstMs, lastMs] = [invokedMs[0] as number, invokedMs[length - 1] as number];
  const wrong: string[] = [];
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const shortMs = end * 1000 - (lastMs - firstMs);
  if (shortMs > LATE_MS || shortMs < -LATE_MS)
    wrong.push(`the load lasted ${seconds(lastMs - firstMs)} s, and the scenario's lasts ${seconds(end * 1000)} s`);
  // By a clock that nobody mapped, this is no time of the drill.
  const errorMs = run.clock?.errorMs ?? Number.POSITIVE_INFINITY;
  const seenAfterMs = fromMs - baseline * 1000 - firstMs;
  if (seenAfterMs < -EARLY_MS - errorMs || seenAfterMs > SEEN_WITHIN_MS + errorMs)
    wrong.push(
      `the first write was sent ${(-seenAfterMs / 1000).toFixed(3)} s after the drill saw it: k6's clock is not mapped right`,
    );
  return wrong;
}

/** In older runs k6 had the whole of the warm-up. */
function timesOf({ scenario, warmUp }: Run): { baseline: number; end: number } {
  const times = loadTimes(scenario);
  const more = warmUp === null ? scenario.load.warmUpSeconds - times.baseline : 0;
  return { baseline: times.baseline + more, end: times.end + more };
}
