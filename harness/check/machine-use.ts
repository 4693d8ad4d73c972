/** How the machine was used in any stretch of a run, from samples of its kernel's counters. Pure. */
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

/** Step of the search for the worst stretch. */
const STEP_MS = 500;

export type UseIn = (stretch: Phase) => MachineUse;

/** Components of the drill whose processor use was never read. */
export function unreadIn(containers: readonly ResourceProbe[]): SampledComponent[] {
  // Older runs under Patroni did not sample all of its components; these then count as others.
  const sampled = new Set([...SAMPLED_COMPONENTS, ...containers.map(({ part }) => part)]);
  return [...sampled].filter(
    (name) => !containers.some(({ part, cpuSeconds }) => part === name && cpuSeconds !== null),
  );
}

/** Counters are read one after the other, so a busy second may show slightly more than its seconds. */
const TOLERANCE = 1.1;
const TOLERANCE_SECONDS = 0.2;

/**
 * Why the samples cannot all be true; `null` when they can: none begins before the previous one ended, all are of one
 * machine, and no use or wait exceeds what there was.
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
      return `${at} shows more time than there was, or negative time`;
  }
  const cores = coresOf(samples) ?? Number.POSITIVE_INFINITY;
  return (
    [...Map.groupBy(containers, ({ part }) => part).values()].map((each) => tooMuchIn(each, cores)).find(isText) ?? null
  );
}

const isText = (text: string | null) => text !== null;

/** The engine reads counters in its own time, so a reading may be a moment old. */
const READING_SECONDS = 1;

function tooMuchIn(samples: readonly ResourceProbe[], cores: number): string | null {
  let last: { atMs: number; cpuSeconds: number } | null = null;
  for (const { atMs, cpuSeconds, tookMs, part } of samples) {
    if (cpuSeconds === null) continue;
    if (last !== null) {
      const [used, ms] = [cpuSeconds - last.cpuSeconds, atMs - last.atMs];
      const most = cores * ((ms + tookMs) / 1000 + READING_SECONDS);
      if (used > most * TOLERANCE)
        return `${part} is recorded as using ${used.toFixed(1)} s of ${cores} processors in ${(ms / 1000).toFixed(1)} s`;
    }
    last = { atMs, cpuSeconds };
  }
  return null;
}

/**
 * For stretches inside `whole`. Time without a sample counts as used by others, with tasks waiting; so does the use of
 * a component whose counter was never read. If none was read at all, the engine reports nothing, and it is not known
 * who used what.
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
  const byComponent = Map.groupBy(containers, ({ part }) => part);
  const read = [...byComponent.values()].flatMap((each) => ownUse(each) ?? []);
  const own = read.length > 0 ? read : null;
  return ({ fromMs, toMs }) => {
    const perSecond = (sum: Rising) => ((sum(toMs) - sum(fromMs)) * 1000) / (toMs - fromMs);
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

/** `null` if no sample has them. */
export function coresOf(samples: readonly MachineProbe[]): number | null {
  return samples.find(({ cores }) => cores !== null)?.cores ?? null;
}

/** Time without samples, in seconds. */
export function unknownSeconds(samples: readonly MachineProbe[], whole: Phase): number {
  return countedIn(samples, whole, ({ busySeconds }) => (busySeconds === null ? null : 0), 1)(whole.toMs);
}

/** Each sample is spread evenly over the time since the one before it. */
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

/** The stretch of that length in which others took the largest share. */
export function worstIn(useIn: UseIn, { fromMs, toMs }: Phase, lengthMs: number): MachineUse & Phase {
  const ofStretch = (stretch: Phase) => ({ ...useIn(stretch), ...stretch });
  let worst = ofStretch({ fromMs, toMs: Math.min(toMs, fromMs + lengthMs) });
  for (let at = fromMs + STEP_MS; at + lengthMs <= toMs; at += STEP_MS) {
    const each = ofStretch({ fromMs: at, toMs: at + lengthMs });
    if (takenIn(each) > takenIn(worst)) worst = each;
  }
  return worst;
}
