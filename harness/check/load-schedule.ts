/**
 * The load's schedule: writes numbered without a hole, sent at an even beat from the first to the last for as long as
 * the scenario says, and the first of them when the drill observed it by its own clock. If the rate changes by the
 * scenario, the beat is that of the planned rate at the time. This detects a missing write, a clock that was set and a
 * load that was cut short. Several runners keep one beat, each from its own beginning: write n is due at the n-th
 * stroke after that.
 */
import { dueBy, whenDue } from "../model/load/shape.ts";
import { hasShape, loadTimes, stagesOf } from "../model/plan/scenario.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import { baselineBeganMs, countBelow } from "./facts.ts";

/** A generator that is later than this did not keep the schedule. Measured: at most 0.1 s. */
const LATE_MS = 500;
/** The drill checks for the first write five times a second. Measured: 0.3 s. */
const SEEN_WITHIN_MS = 1000;
/** Tolerance for timers with a resolution of whole milliseconds. */
const EARLY_MS = 20;
/** Rounding error of a count computed from times. */
const ROUNDING = 1e-6;

/** What is wrong with the schedule, one sentence per defect. */
export function wrongSchedule(record: RunRecord): string[] {
  return [...wrongNumbers(record), ...wrongBeat(record), ...wrongCount(record), ...wrongLength(record)];
}

function wrongNumbers({ history }: RunRecord): string[] {
  const { length, n, highestN } = history;
  if (highestN === length - 1) return [];
  const present = new Uint8Array(highestN + 1);
  for (let i = 0; i < length; i += 1) present[n[i] as number] = 1;
  const missing = present.indexOf(0);
  return [
    `the ledger lacks ${highestN + 1 - length} of the writes up to the last, the first of them number ${missing}`,
  ];
}

function wrongBeat(record: RunRecord): string[] {
  const { history, run, events } = record;
  const fromMs = baselineBeganMs(events);
  if (fromMs === undefined) return [];
  // In older runs k6 ran the whole warm-up, and began it slowly.
  const first = run.warmUp === null ? countBelow(history.invokedMs.subarray(0, history.length), fromMs) : 0;
  const { place, offMs } = furthestOff(record, first);
  if (offMs <= LATE_MS) return [];
  const off = `${(offMs / 1000).toFixed(3)} s off the load's schedule`;
  return [`${history.idAt(place)} was sent ${off}: the load was not even, or k6's clock was set`];
}

/** The write from place `first` on that is furthest off the beat, which starts with that write or with its runner. */
function furthestOff({ history, run, ledger }: RunRecord, first: number) {
  const { length, n, invokedMs } = history;
  const dueMs = strokeOf(run);
  const zeroMs = (invokedMs[first] as number) - dueMs(n[first] as number);
  const zerosMs = new Map(ledger.ofRunners.map(({ runner, beganMs }) => [runner, beganMs ?? zeroMs]));
  const isShared = zerosMs.size > 0;
  let [place, offMs] = [first, 0];
  for (let i = first; i < length; i += 1) {
    const fromMs = isShared ? (zerosMs.get(history.runnerAt(i)) ?? zeroMs) : zeroMs;
    const off = Math.abs((invokedMs[i] as number) - fromMs - dueMs(n[i] as number));
    if (off > offMs) [place, offMs] = [i, off];
  }
  return { place, offMs };
}

/** When write n is due, in milliseconds after the beginning of the load. */
function strokeOf({ scenario }: Run): (n: number) => number {
  if (hasShape(scenario.load)) {
    const stages = stagesOf(scenario);
    return (n) => whenDue(stages, n + 1) * 1000;
  }
  const beatMs = 1000 / scenario.load.ratePerSecond;
  return (n) => n * beatMs;
}

/** At an even beat the last write may be due at the very instant in which the load ends. */
function wrongCount(record: RunRecord): string[] {
  const { history, run } = record;
  if (history.length === 0 || furthestOff(record, 0).offMs > LATE_MS) return [];
  const due = Math.floor(dueBy(stagesOf(run.scenario), timesOf(run).end) + ROUNDING);
  // A rate that changes has its first write one beat after the beginning.
  const certain = hasShape(run.scenario.load) ? due - 1 : due;
  if (history.length === certain || history.length === certain + 1) return [];
  return [`the ledger has ${history.length} writes, and the scenario ${due}`];
}

function wrongLength({ history, run, events, ledger }: RunRecord): string[] {
  const { length, invokedMs } = history;
  const fromMs = baselineBeganMs(events);
  if (length === 0 || fromMs === undefined) return [];
  const { baseline, end } = timesOf(run);
  const [firstMs, lastMs] = [invokedMs[0] as number, invokedMs[length - 1] as number];
  const wrong: string[] = [];
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const begins = ledger.ofRunners.flatMap(({ beganMs }) => beganMs ?? []);
  // With several runners the load is whole when the last has begun, and the first to begin ends first.
  const wholeMs = begins.reduce((latest, ms) => Math.max(latest, ms), firstMs);
  const shortMs = end * 1000 - (lastMs - wholeMs);
  if (shortMs > LATE_MS || shortMs < -LATE_MS)
    wrong.push(`the load lasted ${seconds(lastMs - wholeMs)} s, and the scenario's lasts ${seconds(end * 1000)} s`);
  // Without a clock mapping this is no time of the drill.
  const errorMs = run.clock?.errorMs ?? Number.POSITIVE_INFINITY;
  const seenAfterMs = fromMs - baseline * 1000 - wholeMs;
  if (seenAfterMs < -EARLY_MS - errorMs || seenAfterMs > SEEN_WITHIN_MS + errorMs)
    wrong.push(
      `the first write was sent ${(-seenAfterMs / 1000).toFixed(3)} s after the drill saw it: the mapping of k6's clock is wrong`,
    );
  return wrong;
}

/** In older runs k6 ran the whole warm-up. */
function timesOf({ scenario, warmUp }: Run): { baseline: number; end: number } {
  const times = loadTimes(scenario);
  const more = warmUp === null ? scenario.load.warmUpSeconds - times.baseline : 0;
  return { baseline: times.baseline + more, end: times.end + more };
}
