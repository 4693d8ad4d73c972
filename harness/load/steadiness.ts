/** When a service is steady: its rate is reached, and its latency no longer falls. Pure. */
import { quantiles } from "../stats/quantiles.ts";

/** A write of the warm-up that has ended. */
export interface WarmUpWrite {
  doneMs: number;
  latencyMs: number;
  acknowledged: boolean;
}

export interface Steadiness {
  steady: boolean;
  /** Acknowledged writes a second, over the last window. */
  ratePerSecond: number;
  /** Of the writes acknowledged in the last window; `null` when none was. */
  medianMs: number | null;
}

/** Long enough for a median at the least rate there is, short enough to end a warm-up soon. */
export const WINDOW_MS = 4000;
const RATE_SHARE = 0.95;
/** Latency still falls when its median was so many times as high in the window before, as when it halves in 20 s, */
const FALLS_BY = 1.15;
/** and by more than what chance makes of a median of some milliseconds. */
const FALLS_BY_MS = 3;

/**
 * Compares the last window with the one before. Steady when the last one had `RATE_SHARE` of the rate, nothing in it
 * failed, and its median latency is not clearly below that of the one before.
 */
export function steadiness(writes: readonly WarmUpWrite[], nowMs: number, ratePerSecond: number): Steadiness {
  const last = within(writes, nowMs - WINDOW_MS, nowMs);
  const before = within(writes, nowMs - 2 * WINDOW_MS, nowMs - WINDOW_MS);
  const [lastMs, beforeMs] = [medianLatency(last), medianLatency(before)];
  const reached = rateOf(last) >= RATE_SHARE * ratePerSecond;
  const refused = last.some(({ acknowledged }) => !acknowledged);
  const falls =
    lastMs === null || beforeMs === null || (beforeMs > lastMs * FALLS_BY && beforeMs - lastMs > FALLS_BY_MS);
  return { steady: reached && !refused && !falls, ratePerSecond: rateOf(last), medianMs: lastMs };
}

function within(writes: readonly WarmUpWrite[], fromMs: number, toMs: number): WarmUpWrite[] {
  return writes.filter(({ doneMs }) => doneMs > fromMs && doneMs <= toMs);
}

function rateOf(window: readonly WarmUpWrite[]): number {
  return (window.filter(({ acknowledged }) => acknowledged).length * 1000) / WINDOW_MS;
}

function medianLatency(window: readonly WarmUpWrite[]): number | null {
  return quantiles(window.flatMap(({ acknowledged, latencyMs }) => (acknowledged ? [latencyMs] : []))).p50;
}
