/** When a service is steady: it reaches the rate, and its latency no longer falls. Pure. */
import { quantiles } from "../stats/quantiles.ts";

/** A write of the warm-up that has ended. */
export interface WarmUpWrite {
  doneMs: number;
  latencyMs: number;
  acknowledged: boolean;
  /** It was answered with 429. */
  throttled: boolean;
}

/** What a service has to reach. */
export interface Wanted {
  ratePerSecond: number;
  /** 95 % of writes must be answered within this, so that an operator with this timeout does not see an outage. */
  withinMs: number;
}

export interface Steadiness {
  steady: boolean;
  /** Acknowledged writes per second, over the last window. */
  ratePerSecond: number;
  /** Of the writes acknowledged in the last window; `null` when there was none. */
  medianMs: number | null;
  p95Ms: number | null;
}

/** Long enough for a median at the lowest possible rate, short enough to end a warm-up soon. */
export const WINDOW_MS = 4000;
export const RATE_SHARE = 0.95;
/**
 * Latency still falls if the previous window's median was this many times as high (as when latency halves in 20 s) …
 */
const FALLS_BY = 1.15;
/** … and higher by more than chance makes of a median of some milliseconds. */
const FALLS_BY_MS = 3;

/**
 * Compares the last window with the one before. Steady: the last window had `RATE_SHARE` of the rate, nothing in it
 * failed, 95 % of it was answered in the time wanted, and its median latency is not clearly below that of the window
 * before.
 */
export function steadiness(writes: readonly WarmUpWrite[], nowMs: number, wanted: Wanted): Steadiness {
  const last = within(writes, nowMs - WINDOW_MS, nowMs);
  const latency = latencyOf(last);
  const before = latencyOf(within(writes, nowMs - 2 * WINDOW_MS, nowMs - WINDOW_MS));
  const ratePerSecond = (latency.count * 1000) / WINDOW_MS;
  const steady =
    ratePerSecond >= RATE_SHARE * wanted.ratePerSecond &&
    last.length === latency.count &&
    (latency.p95 ?? Number.POSITIVE_INFINITY) <= wanted.withinMs &&
    !falls(before.p50, latency.p50);
  return { steady, ratePerSecond, medianMs: latency.p50, p95Ms: latency.p95 };
}

/** Of the writes of the last window. */
export function throttledShare(writes: readonly WarmUpWrite[], nowMs: number): number {
  const last = within(writes, nowMs - WINDOW_MS, nowMs);
  return last.length === 0 ? 0 : last.filter(({ throttled }) => throttled).length / last.length;
}

function within(writes: readonly WarmUpWrite[], fromMs: number, toMs: number): WarmUpWrite[] {
  return writes.filter(({ doneMs }) => doneMs > fromMs && doneMs <= toMs);
}

function latencyOf(window: readonly WarmUpWrite[]): ReturnType<typeof quantiles> {
  return quantiles(window.flatMap(({ acknowledged, latencyMs }) => (acknowledged ? [latencyMs] : [])));
}

/** Without a median to compare, latency counts as falling. */
function falls(beforeMs: number | null, nowMs: number | null): boolean {
  if (beforeMs === null || nowMs === null) return true;
  return beforeMs > nowMs * FALLS_BY && beforeMs - nowMs > FALLS_BY_MS;
}
