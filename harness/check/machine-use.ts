/** How the machine was used in any stretch of a run, by the samples of its kernel's counters. Pure. */
import {
  type MachineProbe,
  type ResourceProbe,
  SAMPLED_COMPONENTS,
  type SampledComponent,
} from "../model/record/probe.ts";
import { type MachineUse, takenIn } from "../model/verdict/verdict.ts";
import { ownUse } from "./own-use.ts";
import type { Phase } from "./phases.ts";
import { type Point, type Rising, rising } from "./rising.ts";

/** The worst stretch is searched in steps of this. */
const STEP_MS = 500;

export type UseIn = (part: Phase) => MachineUse;

/** The parts of the drill whose use of the processors nobody ever read. */
export function unreadIn(containers: readonly ResourceProbe[]): SampledComponent[] {
  // Older runs under Patroni did not look at all of its parts, which count as others' then.
  const looked = new Set([...SAMPLED_COMPONENTS, ...containers.map(({ part }) => part)]);
  return [...looked].filter((name) => !containers.some(({ part, cpuSeconds }) => part === name && cpuSeconds !== null));
}

/** Counters are read one after the other, so a busy second may have a little more than its seconds. */
const TOLERANCE = 1.1;
const TOLERANCE_SECONDS = 0.2;

/**
 * Why the samples cannot all be true; `null` when they can: each begins where the one before it ended, all are of the same
 * machine, and nobody used or waited for more than there was.
 */
export function contradictionIn(
  samples: readonly MachineProbe[],
  containers: readonly ResourceProbe[],
  coresOfHost: unknown,
): string | null {
  let endedMs = Number.NEGATIVE_INFINITY;
  for (const { fromMs, atMs, cores, busySeconds, stolenSeconds, harnessSeconds, waitedSeconds } of samples) {
    const at = `the sample of the machine at ${(atMs / 1000).toFixed(1)} s`;
    if (fromMs < endedMs || atMs < fromMs) return `${at} does not follow the one before it`;
    endedMs = atMs;
    if (cores === null) continue;
    const known = typeof coresOfHost === "number" ? coresOfHost : coresOf(samples);
    if (cores !== known) return `${at} has ${cores} processors, and the host has ${known}`;
    const most = (share: number) => (share * (atMs - fromMs) * TOLERANCE) / 1000 + TOLERANCE_SECONDS;
    const impossible = (share: number) => (seconds: number | null) =>
      (seconds ?? 0) < 0 || (seconds ?? 0) > most(share);
    const used = [busySeconds, harnessSeconds, stolenSeconds].some(impossible(cores));
    if (used || Object.values(waitedSeconds).some(impossible(1)))
      return `${at} has more time in it than there was, or less than none`;
  }
  const cores = coresOf(samples) ?? Number.POSITIVE_INFINITY;
  return (
    [...Map.groupBy(containers, ({ part }) => part).values()].map((each) => tooMuchIn(each, cores)).find(isText) ?? null
  );
}

const isText = (text: string | null) => text !== null;

/** The engine reads counters when it comes to it, so a reading may be of a moment before. */
const READING_SECONDS = 1;

function tooMuchIn(samples: readonly ResourceProbe[], cores: number): string | null {
  let last: { atMs: number; cpuSeconds: number } | null = null;
  for (const { atMs, cpuSeconds, tookMs, part } of samples) {
    if (cpuSeconds === null) continue;
    if (last !== null) {
      const [used, ms] = [cpuSeconds - last.cpuSeconds, atMs - last.atMs];
      const most = cores * ((ms + tookMs) / 1000 + READING_SECONDS);
      if (used > most * TOLERANCE)
        return `${part} is said to have used ${used.toFixed(1)} s of ${cores} processors in ${(ms / 1000).toFixed(1)} s`;
    }
    last = { atMs, cpuSeconds };
  }
  return null;
}

/**
 * For stretches inside of `whole`. What nobody sampled there counts as used by others, with somebody waiting; so does
 * what a component used whose counter was never read. Where none was ever read, the engine tells nothing, and nobody knows who used what.
 */
export function useDuring(
  samples: readonly MachineProbe[],
  containers: readonly ResourceProbe[],
  cores: number,
  whole: Phase,
): UseIn {
  const counted = (of: (sample: MachineProbe) => number | null, unknownPerSecond: number) =>
    countedIn(samples, whole, of, unknownPerSecond);
  const waited = (what: keyof MachineProbe["waitedSeconds"]) =>
    samples.every(({ waitedSeconds }) => waitedSeconds[what] === null)
      ? null
      : counted(({ waitedSeconds }) => waitedSeconds[what], 1);
  const busy = counted(({ busySeconds }) => busySeconds, cores);
  const stolen = counted(({ stolenSeconds }) => stolenSeconds, 0);
  const harness = counted(({ harnessSeconds }) => harnessSeconds, 0);
  const [cpu, io, memory] = [waited("cpu"), waited("io"), waited("memory")];
  const byPart = Map.groupBy(containers, ({ part }) => part);
  const read = [...byPart.values()].flatMap((each) => ownUse(each) ?? []);
  const own = read.length > 0 ? read : null;
  return (part) => {
    const perSecond = (sum: Rising) => ((sum(part.toMs) - sum(part.fromMs)) * 1000) / (part.toMs - part.fromMs);
    const ours = own?.reduce((sum, used) => sum + perSecond(used), perSecond(harness)) ?? null;
    return {
      others: ours === null ? null : Math.max(0, perSecond(busy) - ours) / cores,
      stolen: perSecond(stolen) / cores,
      waitedCpu: cpu && perSecond(cpu),
      waitedIo: io && perSecond(io),
      waitedMemory: memory && perSecond(memory),
    };
  };
}

/** `null` where no sample tells. */
export function coresOf(samples: readonly MachineProbe[]): number | null {
  return samples.find(({ cores }) => cores !== null)?.cores ?? null;
}

/** For how long there is no sample, in seconds. */
export function unknownSeconds(samples: readonly MachineProbe[], whole: Phase): number {
  return countedIn(samples, whole, ({ busySeconds }) => (busySeconds === null ? null : 0), 1)(whole.toMs);
}

/** Each sample counts for the time since the one before it, and evenly. */
function countedIn(
  samples: readonly MachineProbe[],
  { fromMs, toMs }: Phase,
  of: (sample: MachineProbe) => number | null,
  unknownPerSecond: number,
): Rising {
  const points: Point[] = [[fromMs, 0]];
  let [atMs, sum] = [fromMs, 0];
  const goOn = (untilMs: number, perMs: number) => {
    if (untilMs <= atMs) return;
    sum += perMs * (untilMs - atMs);
    atMs = untilMs;
    points.push([atMs, sum]);
  };
  for (const sample of samples) {
    const value = of(sample);
    goOn(Math.min(sample.fromMs, toMs), unknownPerSecond / 1000);
    if (value !== null) goOn(Math.min(sample.atMs, toMs), value / (sample.atMs - sample.fromMs));
  }
  goOn(toMs, unknownPerSecond / 1000);
  return rising(points);
}

/** The stretch of that length of which others took the most. */
export function worstIn(useIn: UseIn, { fromMs, toMs }: Phase, lengthMs: number): MachineUse & Phase {
  const ofPart = (part: Phase) => ({ ...useIn(part), ...part });
  let worst = ofPart({ fromMs, toMs: Math.min(toMs, fromMs + lengthMs) });
  for (let at = fromMs + STEP_MS; at + lengthMs <= toMs; at += STEP_MS) {
    const each = ofPart({ fromMs: at, toMs: at + lengthMs });
    if (takenIn(each) > takenIn(worst)) worst = each;
  }
  return worst;
}
