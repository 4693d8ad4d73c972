/**
 * The load's schedule: writes numbered without a hole, sent at an even beat from the first to the last for as long as the
 * scenario says, and the first of them when the drill saw it by a clock of its own. A write that is missing, a clock that
 * was set and a load that was cut short are seen by it.
 */
import type { RunRecord } from "../model/record.ts";
import { loadTimes } from "../model/scenario.ts";

/** A generator that is late by more did not keep the schedule. Measured: 0.1 s at most. */
const LATE_MS = 500;
/** The drill looks for the first write five times a second. Measured: 0.3 s. */
const SEEN_WITHIN_MS = 1000;
/** Timers know whole milliseconds. */
const EARLY_MS = 20;

/** What is wrong with it, a sentence each. */
export function wrongSchedule(record: RunRecord): string[] {
  return [...wrongNumbers(record), ...wrongBeat(record), ...wrongLength(record)];
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

/** From the baseline on: how the warm-up was sent has changed over time. */
function wrongBeat({ history, run, events }: RunRecord): string[] {
  const fromMs = baselineMs(events);
  if (fromMs === undefined) return [];
  const beatMs = 1000 / run.scenario.load.ratePerSecond;
  const { length, n, invokedMs } = history;
  let first = -1;
  let worst = -1;
  const offBeat = (i: number) =>
    Math.abs(
      (invokedMs[i] as number) - (invokedMs[first] as number) - ((n[i] as number) - (n[first] as number)) * beatMs,
    );
  for (let i = 0; i < length; i += 1) {
    if ((invokedMs[i] as number) < fromMs) continue;
    if (first < 0) first = i;
    if (worst < 0 || offBeat(i) > offBeat(worst)) worst = i;
  }
  if (worst < 0 || offBeat(worst) <= LATE_MS) return [];
  const off = (offBeat(worst) / 1000).toFixed(3);
  return [`${history.idAt(worst)} was sent ${off} s off the load's beat: the load was not even, or k6's clock was set`];
}

function wrongLength({ history, run, events }: RunRecord): string[] {
  const { length, invokedMs } = history;
  const fromMs = baselineMs(events);
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
function timesOf({ scenario, warmUp }: RunRecord["run"]): { baseline: number; end: number } {
  const times = loadTimes(scenario);
  const more = warmUp === null ? scenario.load.warmUpSeconds - times.baseline : 0;
  return { baseline: times.baseline + more, end: times.end + more };
}

function baselineMs(events: RunRecord["events"]): number | undefined {
  return events.find((event) => event.type === "phase" && event.phase === "baseline")?.atMs;
}
