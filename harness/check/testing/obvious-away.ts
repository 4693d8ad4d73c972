/**
 * When service was away, computed a second time from `docs/definitions.md` alone: slowly, with one plain question
 * after another over all writes. Used by `obvious-rto`.
 */
import { WRITE_KINDS, type WriteMix } from "../../model/load/write.ts";
import { type Interval, union } from "../../stats/intervals.ts";

/** A write as its client saw it; in the order of sending. */
export interface Sent {
  kind: string;
  sentMs: number;
  /** `null` when it was not acknowledged. */
  ackMs: number | null;
  isServed: boolean;
}

export interface Load {
  beganMs: number;
  /** When the last write was sent. */
  endMs: number;
  /** Writes per second before the fault. */
  rate: number;
  mix: WriteMix;
  /** From the beginning of the baseline on. */
  writes: Sent[];
  acksMs: number[];
}

const NEVER = Number.POSITIVE_INFINITY;

/** How many writes are judged together. */
export const inARow = (perSecond: number) => Math.max(20, Math.round(2 * perSecond));

/** When service was away, in order. */
export function obviousAway({ writes, acksMs, rate, mix, beganMs, endMs }: Load): Interval[] {
  const places = [...awayAmong(writes, inARow(rate)), ...pausesOf(writes)];
  const whole = union([...places.map((place) => untilServed(place, writes)), ...silencesOf(writes, acksMs)]);
  const ofKinds = WRITE_KINDS.flatMap((kind) => {
    const perSecond = (rate * mix[kind]) / WRITE_KINDS.map((each) => mix[each]).reduce((sum, weight) => sum + weight);
    const row = writes.filter((write) => write.kind === kind);
    const alone = row.filter(({ sentMs }) => !whole.some(({ fromMs, toMs }) => fromMs <= sentMs && sentMs <= toMs));
    const since = row.filter(({ sentMs }) => sentMs >= beganMs);
    const [first, last] = [since[0], since.at(-1)];
    const never = first && last && !since.some((write) => write.isServed);
    const poor = [
      ...awayAmong(alone, inARow(perSecond)),
      ...(never ? [{ fromMs: first.sentMs, toMs: last.sentMs }] : []),
    ];
    const isSeen = ({ toMs }: Interval) => row.filter(({ sentMs }) => sentMs >= toMs).length >= 3;
    return poor
      .map((place) => untilServed(place, row))
      .map((span) => (isSeen(span) ? span : { fromMs: span.fromMs, toMs: NEVER }));
  });
  return union([...whole, ...ofKinds]).map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, endMs) }));
}

/** From the first to the last unserved write, of `size` in a row with more than 5 % of them; overlaps are merged. */
function awayAmong(row: readonly Sent[], size: number): Interval[] {
  const places = row.flatMap((_, first) => {
    const missed = row.slice(first, first + size).filter(({ isServed }) => !isServed);
    const [from, to] = [missed[0], missed.at(-1)].map((write) => row.indexOf(write as Sent)) as [number, number];
    return 20 * missed.length > size ? [{ fromMs: from, toMs: to }] : [];
  });
  return union(places).map(({ fromMs, toMs }) => ({
    fromMs: (row[fromMs] as Sent).sentMs,
    toMs: (row[toMs] as Sent).sentMs,
  }));
}

/** Each from the last write before the pause to the first after it. */
function pausesOf(writes: readonly Sent[]): Interval[] {
  return writes.flatMap(({ sentMs }, place) => {
    const next = writes[place + 1];
    return next && next.sentMs - sentMs >= 1000 ? [{ fromMs: sentMs, toMs: next.sentMs }] : [];
  });
}

/** Extended until a write that was sent at its end or later was served. */
export function untilServed({ fromMs, toMs }: Interval, row: readonly Sent[]): Interval {
  const next = row.find((write) => write.isServed && write.sentMs >= toMs);
  return { fromMs, toMs: next?.ackMs ?? NEVER };
}

/** A second or more without an acknowledgement. */
export function gapsOf(writes: readonly Sent[], acksMs: readonly number[]): Interval[] {
  const firstMs = writes[0]?.sentMs ?? NEVER;
  const instants = [firstMs, ...acksMs.filter((ms) => ms >= firstMs).toSorted((x, y) => x - y)];
  return instants.flatMap((fromMs, place) => {
    const toMs = instants[place + 1];
    return toMs !== undefined && toMs - fromMs >= 1000 ? [{ fromMs, toMs }] : [];
  });
}

/** Such gaps, from the first write that was sent in them. */
function silencesOf(writes: readonly Sent[], acksMs: readonly number[]): Interval[] {
  return gapsOf(writes, acksMs).flatMap(({ fromMs, toMs }) => {
    const first = writes.find(({ sentMs }) => sentMs >= fromMs && sentMs < toMs);
    return first ? [{ fromMs: first.sentMs, toMs }] : [];
  });
}
