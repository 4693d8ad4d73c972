/** Describes a range of bins exactly, in words. Pure. */
import type { Timeline } from "../page-data.ts";
import { type Bins, msAt, type Summary } from "./view.ts";

export const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

export function spanText(timeline: Timeline, { from, to }: Bins): string {
  return `${(msAt(timeline, from) / 1000).toFixed(3)} to ${inSeconds(msAt(timeline, to))}`;
}

export function describe(timeline: Timeline, of: Summary): string {
  const { openFromMs } = timeline;
  const single = of.to - of.from === 1;
  const fewest = single ? "" : ` (${of.least} to ${of.most} in a bin of ${timeline.binMs} ms)`;
  const sites = [of.byA > 0 ? "A" : "", of.byB > 0 ? "B" : ""].filter(Boolean).join(" and ");
  const open = openFromMs !== null && msAt(timeline, of.to) > openFromMs;
  const parts = [
    `${of.acknowledged} acknowledged${fewest}${sites === "" ? "" : ` by ${sites}`}`,
    `${of.failed} failed, ${of.unknown} unknown`,
    of.silentMs === null ? "no load" : `longest silence ${open ? "more than " : ""}${of.silentMs} ms`,
    of.medianMs === null
      ? "no latency"
      : `latency ${single ? "" : "up to "}${of.medianMs} ms in the median, ${of.slowestMs} ms at most`,
    of.heartbeatMs === null ? "heartbeat's age not known" : `heartbeat ${of.heartbeatMs} ms old`,
    of.lsnBytes === null ? "unconfirmed WAL not known" : `${of.lsnBytes} bytes of WAL unconfirmed`,
  ];
  return `${spanText(timeline, of)}${sinceFault(timeline, of)}: ${parts.join("; ")}`;
}

function sinceFault(timeline: Timeline, { from, to }: Bins): string {
  const { disasterMs } = timeline;
  if (disasterMs === null) return "";
  const [fromMs, toMs] = [msAt(timeline, from), msAt(timeline, to)];
  if (toMs <= disasterMs) return `, ${inSeconds(disasterMs - toMs)} before the fault`;
  return fromMs > disasterMs ? `, ${inSeconds(fromMs - disasterMs)} after the fault` : ", in which the fault began";
}
