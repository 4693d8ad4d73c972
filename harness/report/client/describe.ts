/** Some bins in words, exact. Pure. */
import type { Timeline } from "../page-data.ts";
import { msAt, type Summary } from "./view.ts";

export const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

export function spanText(timeline: Timeline, { from, to }: { from: number; to: number }): string {
  return `${(msAt(timeline, from) / 1000).toFixed(3)} to ${inSeconds(msAt(timeline, to))}`;
}

export function describe(timeline: Timeline, of: Summary): string {
  const { disasterMs, openFromMs } = timeline;
  const fromMs = msAt(timeline, of.from);
  const since = disasterMs === null ? null : fromMs - disasterMs;
  const from = since === null ? "" : `, ${inSeconds(Math.abs(since))} ${since < 0 ? "before" : "after"} the fault`;
  const single = of.to - of.from === 1;
  const fewest = single ? "" : ` (${of.least} to ${of.most} in a bin of ${timeline.binMs} ms)`;
  const sides = [of.byA > 0 ? "A" : "", of.byB > 0 ? "B" : ""].filter(Boolean).join(" and ");
  const open = openFromMs !== null && of.silentMs > 0 && msAt(timeline, of.to) > openFromMs;
  const parts = [
    `${of.acknowledged} acknowledged${fewest}${sides === "" ? "" : ` by ${sides}`}`,
    `${of.failed} failed, ${of.unknown} unknown`,
    `longest silence ${open ? "more than " : ""}${of.silentMs} ms`,
    of.medianMs === null
      ? "no latency"
      : `latency ${single ? "" : "up to "}${of.medianMs} ms in the median, ${of.slowestMs} ms at most`,
    of.heartbeatMs === null ? "heartbeat's age not known" : `heartbeat ${of.heartbeatMs} ms old`,
    of.lsnBytes === null ? "WAL not confirmed not known" : `${of.lsnBytes} bytes of WAL not confirmed`,
  ];
  return `${spanText(timeline, of)}${from}: ${parts.join("; ")}`;
}
