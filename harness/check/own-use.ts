/** What a container of the drill has used of the processors, by the samples of its counter. Pure. */
import type { ResourceProbe } from "../model/record/probe.ts";
import { type Point, type Rising, rising } from "./rising.ts";

/**
 * Seconds of processor. A counter begins again at 0 when its container is started again. What one used between its last
 * sample and its end nobody read: until the next sample, which finds it gone, it is taken to have gone on as before.
 * `null` when it was never read.
 */
export function ownUse(samples: readonly ResourceProbe[]): Rising | null {
  const points: Point[] = [];
  let sum = 0;
  /** It was looked for before it was there: all that it has used it used since. */
  let missed = false;
  let last: { atMs: number; seconds: number; perMs: number } | null = null;
  /** Added since the last sample without having been read; `null` while the container is there. */
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
