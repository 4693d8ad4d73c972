/**
 * Reads the counters of a machine's processors from /proc, and computes the difference between two readings. Pure.
 */
import type { MachineProbe } from "../model/record/probe.ts";

/** Seconds; `null` where the kernel does not report it. */
export type Counters = Omit<MachineProbe, "type" | "fromMs">;

/** /proc counts in hundredths of a second, whatever the kernel's tick is. */
const TICKS_PER_SECOND = 100;
const NO_PRESSURE = "this kernel does not report how long tasks wait (no /proc/pressure)";

/** From /proc/stat; `null` for other text. Waiting for a disk counts as idle; guest time is part of its host's. */
export function processorsIn(stat: string): { cores: number; busySeconds: number; stolenSeconds: number } | null {
  const cores = stat.match(/^cpu\d+ /gm)?.length ?? 0;
  const [user, nice, system, , , irq, softirq, stolen = 0] = (/^cpu +([\d ]+)$/m.exec(stat)?.[1] ?? "")
    .trim()
    .split(" ")
    .map(Number);
  const busy = (user ?? Number.NaN) + (nice ?? Number.NaN) + (system ?? Number.NaN) + (irq ?? 0) + (softirq ?? 0);
  if (cores === 0 || Number.isNaN(busy)) return null;
  return { cores, busySeconds: busy / TICKS_PER_SECOND, stolenSeconds: stolen / TICKS_PER_SECOND };
}

/** From a file of /proc/pressure: how long at least one task has waited. */
export function waitedIn(pressure: string): number | null {
  const total = /^some .*\btotal=(\d+)$/m.exec(pressure)?.[1];
  return total === undefined ? null : Number(total) / 1e6;
}

/** `read` throws if there is no such file. */
export function countersNow(read: (path: string) => string, harnessSeconds: number, atMs: number): Counters {
  const textOf = (path: string) => {
    try {
      return read(path);
    } catch {
      return "";
    }
  };
  const processors = processorsIn(textOf("/proc/stat"));
  if (processors === null) return notSampled(atMs, "/proc/stat cannot be read here");
  const waited = (what: string) => waitedIn(textOf(`/proc/pressure/${what}`));
  const waitedSeconds = { cpu: waited("cpu"), io: waited("io"), memory: waited("memory") };
  const why = Object.values(waitedSeconds).includes(null) ? NO_PRESSURE : null;
  return { atMs, ...processors, harnessSeconds, waitedSeconds, why };
}

export function notSampled(atMs: number, why: string): Counters {
  const waitedSeconds = { cpu: null, io: null, memory: null };
  return { atMs, cores: null, busySeconds: null, stolenSeconds: null, harnessSeconds: null, waitedSeconds, why };
}

/** The difference between two samples; a counter that only one of them has is unknown. */
export function between(before: Counters, after: Counters): MachineProbe {
  const grown = (of: (counters: Counters) => number | null) => {
    const [from, to] = [of(before), of(after)];
    return from === null || to === null ? null : Math.max(0, to - from);
  };
  return {
    type: "machine",
    fromMs: before.atMs,
    atMs: after.atMs,
    cores: after.cores,
    busySeconds: grown((counters) => counters.busySeconds),
    stolenSeconds: grown((counters) => counters.stolenSeconds),
    harnessSeconds: grown((counters) => counters.harnessSeconds),
    waitedSeconds: {
      cpu: grown(({ waitedSeconds }) => waitedSeconds.cpu),
      io: grown(({ waitedSeconds }) => waitedSeconds.io),
      memory: grown(({ waitedSeconds }) => waitedSeconds.memory),
    },
    why: after.why ?? before.why,
  };
}
