/**
 * The visible range of bins, and how bins are merged if there are more than a chart has room for: always by the worst, so that
 * an outage is as deep zoomed out as zoomed in. Pure.
 */
import type { Columns, Span, Timeline } from "../page-data.ts";

/** A range of bins, without the last. */
export interface Bins {
  from: number;
  to: number;
}

/** Several bins as one. Counts are sums; `least` and `most…` are those of a single bin. */
export interface Summary extends Bins {
  acknowledged: number;
  byA: number;
  byB: number;
  failed: number;
  unknown: number;
  least: number;
  most: number;
  mostFailed: number;
  mostUnknown: number;
  silentMs: number | null;
  /** The highest median of a bin; `null` if nothing was acknowledged at all, or for a second. */
  medianMs: number | null;
  slowestMs: number | null;
  heartbeatMs: number | null;
  lsnBytes: number | null;
}

/** A silence of this length is a gap in the latency curves, however many bins a point stands for. The judge uses the same. */
const GAP_MS = 1000;
/** The fewest bins to zoom in to. */
const FEWEST = 16;

export const binsOf = ({ fromMs, toMs, binMs }: Timeline): number => Math.round((toMs - fromMs) / binMs);
export const msAt = ({ fromMs, binMs }: Timeline, bin: number): number => fromMs + bin * binMs;

export function summary(columns: Columns, { from, to }: Bins): Summary {
  const sum = (column: readonly number[]) => {
    let total = 0;
    for (let bin = from; bin < to; bin += 1) total += column[bin] as number;
    return total;
  };
  const most = (column: readonly (number | null)[]) => {
    let found: number | null = null;
    for (let bin = from; bin < to; bin += 1) {
      const value = column[bin] as number | null;
      if (value !== null && (found === null || value > found)) found = value;
    }
    return found;
  };
  const least = (column: readonly number[]) => {
    let found = Number.POSITIVE_INFINITY;
    for (let bin = from; bin < to; bin += 1) found = Math.min(found, column[bin] as number);
    return found;
  };
  const known = (column: readonly (number | null)[]) => {
    for (let bin = from; bin < to; bin += 1) if (column[bin] === null) return null;
    return most(column);
  };
  const silentMs = most(columns.silentMs);
  const isGap = silentMs !== null && silentMs >= GAP_MS;
  return {
    ...{ from, to, silentMs },
    acknowledged: sum(columns.acknowledged),
    byA: sum(columns.byA),
    byB: sum(columns.byB),
    failed: sum(columns.failed),
    unknown: sum(columns.unknown),
    least: least(columns.acknowledged),
    most: most(columns.acknowledged) ?? 0,
    mostFailed: most(columns.failed) ?? 0,
    mostUnknown: most(columns.unknown) ?? 0,
    medianMs: isGap ? null : most(columns.medianMs),
    slowestMs: isGap ? null : most(columns.slowestMs),
    heartbeatMs: known(columns.heartbeatMs),
    lsnBytes: known(columns.lsnBytes),
  };
}

/** Summaries of at most `pieces` pieces, of equal width except the first and the last. */
export function summaries(columns: Columns, { from, to }: Bins, pieces: number): Summary[] {
  const step = stepFor(to - from, pieces);
  const found: Summary[] = [];
  // Cut at multiples of the width, so that pieces stay the same while scrolling.
  for (let bin = Math.floor(from / step) * step; bin < to; bin += step)
    found.push(summary(columns, { from: Math.max(from, bin), to: Math.min(to, bin + step) }));
  return found;
}

/** Leaves room for one more piece, which is cut if the ends are not multiples. */
function stepFor(bins: number, pieces: number): number {
  return Math.max(1, Math.ceil(bins / Math.max(1, pieces - 1)));
}

/** The rows of a table: single bins around each act, as far as they fit, and at most `wide` wider ones between them. */
export function tableRows(timeline: Timeline, { from, to }: Bins, single: number, wide: number): Bins[] {
  const step = stepFor(to - from, wide);
  if (step === 1 && to - from <= single) return rowsOf(from, to, 1);
  const acts = timeline.acts.map((ms) => Math.floor((ms - timeline.fromMs) / timeline.binMs));
  const exact = near(acts, { from, to }, Math.ceil(5000 / timeline.binMs), single);
  const rows: Bins[] = [];
  let at = from;
  for (const span of [...exact, { from: to, to }]) {
    rows.push(...rowsOf(at, span.from, step), ...rowsOf(span.from, span.to, 1));
    at = span.to;
  }
  return rows;
}

function rowsOf(from: number, to: number, step: number): Bins[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => {
    return { from: from + i * step, to: Math.min(to, from + (i + 1) * step) };
  });
}

/** Disjoint spans around the acts, of at most `most` bins in total; the more acts, the narrower the spans. */
function near(acts: readonly number[], { from, to }: Bins, reach: number, most: number): Bins[] {
  const spans: Bins[] = [];
  let length = 0;
  for (const act of acts.filter((bin) => bin >= from && bin < to)) {
    const last = spans.at(-1);
    const span = { from: Math.max(from, act - Math.ceil(reach / 5)), to: Math.min(to, act + reach + 1) };
    if (last && span.from <= last.to) {
      length += Math.max(0, span.to - last.to);
      last.to = Math.max(last.to, span.to);
    } else {
      length += span.to - span.from;
      spans.push(span);
    }
  }
  if (length <= most) return spans;
  return reach <= 1 ? [] : near(acts, { from, to }, reach >> 1, most);
}

/** Zooms in for factors below 1, around a bin that keeps its place. Never beyond the run. */
export function zoomed({ from, to }: Bins, factor: number, about: number, whole: number): Bins {
  const length = Math.min(whole, Math.max(Math.min(FEWEST, whole), Math.round((to - from) * factor)));
  const share = (about - from) / (to - from);
  return placed(Math.round(about - share * length), length, whole);
}

/** Scrolls by a share of the visible range. */
export function moved({ from, to }: Bins, share: number, whole: number): Bins {
  return placed(from + Math.round((to - from) * share), to - from, whole);
}

/** The bins of a span of time, with a margin. */
export function around(timeline: Timeline, fromMs: number, toMs: number): Bins {
  const whole = binsOf(timeline);
  const marginMs = Math.max(2000, (toMs - fromMs) / 4);
  const from = Math.max(0, Math.floor((fromMs - marginMs - timeline.fromMs) / timeline.binMs));
  const to = Math.min(whole, Math.ceil((toMs + marginMs - timeline.fromMs) / timeline.binMs));
  return placed(from, Math.max(Math.min(FEWEST, whole), to - from), whole);
}

/** The visible spans, in order; those closer than `apartMs` are merged. */
export function visible(spans: readonly Span[], { fromMs, toMs }: Span, apartMs: number): Span[] {
  const found: Span[] = [];
  for (const span of spans) {
    if (span.toMs < fromMs || span.fromMs > toMs) continue;
    const last = found.at(-1);
    if (last && span.fromMs - last.toMs < apartMs) last.toMs = Math.max(last.toMs, span.toMs);
    else found.push({ fromMs: span.fromMs, toMs: span.toMs });
  }
  return found;
}

function placed(from: number, length: number, whole: number): Bins {
  const first = Math.max(0, Math.min(whole - length, from));
  return { from: first, to: first + length };
}
