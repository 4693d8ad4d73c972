/** The processor time that a container of the drill used, from samples of its counter. Pure. */
import type { ResourceProbe } from "../model/record/probe.ts";
import { type Point, type Rising, rising } from "./rising.ts";

/**
 * Processor seconds. A counter restarts at 0 with its container. The use between the last sample of a container and its
 * end was never read: until the next sample, which finds it gone, it is assumed to continue at the same rate.
 * `null` when it was never read.
 */
export function ownUse(samples: readonly ResourceProbe[]): Rising | null {
  const points: Point[] = [];
  let sum = 0;
  /** A sample came before the container existed: all that it has used it used since then. */
  let missed = false;
  let last: { atMs: number; seconds: number; perMs: number } | null = null;
  /** Added since the last reading by assumption; `null` while the container is there. */
  let guessed: number | null = null;
  for (const { atMs, cpuSeconds } of samples) {
    if (last !== null && atMs <= last.atMs) continue;
    let used = 0;
    if (cpuSeconds === null) {
      if (last === null) {
        missed = true;
        points.push([atMs, 0]);
        continue;
      }
      if (guessed === null) used = last.perMs * (atMs - last.atMs);
      guessed = (guessed ?? 0) + used;
    } else {
      const before =
        last === null ? (missed ? 0 : cpuSeconds) : cpuSeconds < last.seconds ? 0 : last.seconds + (guessed ?? 0);
      used = Math.max(0, cpuSeconds - before);
      last = { atMs, seconds: cpuSeconds, perMs: last === null ? 0 : used / (atMs - last.atMs) };
      guessed = null;
    }
    sum += used;
    points.push([atMs, sum]);
  }
  return last === null ? null : rising(points);
}
