/**
 * The load's schedule: writes numbered without a hole, sent at an even beat from the first to the last for as long as the
 * scenario says, and the first of them when the drill saw it by a clock of its own. Where the rate changes by the scenario, the
 * beat is that of the rate planned for the time. A write that is missing, a clock that
 * was set and a load that was cut short are seen by it. Several runners keep one beat, each from its own beginning: of write n
 * the n-th stroke after that.
 */
import { dueBy, whenDue } from "../model/load/shape.ts";
import { hasShape, loadTimes, stagesOf } from "../model/plan/scenario.ts";
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

function wrongBeat(record: RunRecord): string[] {
  const { history, run, events } = record;
  const fromMs = baselineBeganMs(events);
  if (fromMs === undefined) return [];
  // In older runs k6 had the whole of the warm-up, and began it slowly.
  const first = run.warmUp === null ? countBelow(history.invokedMs.subarray(0, history.length), fromMs) : 0;
  const { place, offMs } = furthestOff(record, first);
  if (offMs <= LATE_MS) return [];
  const off = `${(offMs / 1000).toFixed(3)} s off the load's beat`;
  return [`${history.idAt(place)} was sent ${off}: the load was not even, or k6's clock was set`];
}

/** Of the writes from place `first` on, the one that was sent furthest off the beat: that of the first of them, or its runner's. */
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

/** When write n is due, after the beginning of the load. */
function strokeOf({ scenario }: Run): (n: number) => number {
  if (hasShape(scenario.load)) {
    const stages = stagesOf(scenario);
    return (n) => whenDue(stages, n + 1) * 1000;
  }
  const beatMs = 1000 / scenario.load.ratePerSecond;
  return (n) => n * beatMs;
}

/** At an even beat the last write may be due in the very instant in which the load ends. */
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
  // Where several share it, it is whole when the last has begun, and the first to have begun ends first.
  const wholeMs = begins.reduce((latest, ms) => Math.max(latest, ms), firstMs);
  const shortMs = end * 1000 - (lastMs - wholeMs);
  if (shortMs > LATE_MS || shortMs < -LATE_MS)
    wrong.push(`the load lasted ${seconds(lastMs - wholeMs)} s, and the scenario's lasts ${seconds(end * 1000)} s`);
  // By a clock that nobody mapped, this is no time of the drill.
  const errorMs = run.clock?.errorMs ?? Number.POSITIVE_INFINITY;
  const seenAfterMs = fromMs - baseline * 1000 - wholeMs;
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
