/** Some writes of a run, in the order of sending, and where among them writes were not served. Pure. */
import type { History } from "../model/columns/history.ts";
import { type Interval, union } from "../stats/intervals.ts";
import { countBelow } from "./facts.ts";
import { isServed } from "./served.ts";

const MISSED_SHARE = 0.05;

/** When the first and the last of some unserved writes were sent. */
export interface Place {
  fromMs: number;
  lastMs: number;
}

export class Row {
  readonly #history: History;
  /** Places in the history, sending times, and whether served: 1, else 0. */
  readonly #writes: Uint32Array;
  readonly #sentMs: Float64Array;
  readonly #served: Uint8Array;

  private constructor(history: History, writes: Uint32Array, sentMs: Float64Array, served: Uint8Array) {
    this.#history = history;
    this.#writes = writes;
    this.#sentMs = sentMs;
    this.#served = served;
  }

  /** All writes that were sent from then on. */
  static since(fromMs: number, history: History, withinMs: number): Row {
    const sentMs = history.invokedMs.subarray(0, history.length);
    const first = countBelow(sentMs, fromMs);
    const writes = new Uint32Array(history.length - first);
    const served = new Uint8Array(writes.length);
    for (let place = 0; place < writes.length; place += 1) {
      writes[place] = first + place;
      served[place] = isServed(history, first + place, withinMs) ? 1 : 0;
    }
    return new Row(history, writes, sentMs.subarray(first), served);
  }

  /** `kind`: its place among the kinds. */
  ofKind(kind: number): Row {
    const { kind: kinds } = this.#history;
    return this.#only((place) => kinds[this.#writes[place] as number] === kind);
  }

  /** Without writes sent in one of these spans, which must be in order. */
  outside(spans: readonly Interval[]): Row {
    let next = 0;
    return this.#only((place) => {
      const ms = this.sentMs(place);
      while ((spans[next]?.toMs ?? ms) < ms) next += 1;
      return (spans[next]?.fromMs ?? Number.POSITIVE_INFINITY) > ms;
    });
  }

  #only(isWanted: (place: number) => boolean): Row {
    const { length } = this.#writes;
    const [writes, sentMs, served] = [new Uint32Array(length), new Float64Array(length), new Uint8Array(length)];
    let count = 0;
    for (let place = 0; place < length; place += 1) {
      if (!isWanted(place)) continue;
      writes[count] = this.#writes[place] as number;
      sentMs[count] = this.#sentMs[place] as number;
      served[count] = this.#served[place] as number;
      count += 1;
    }
    return new Row(this.#history, writes.slice(0, count), sentMs.slice(0, count), served.slice(0, count));
  }

  /** NaN beyond the last. */
  sentMs(place: number): number {
    return this.#sentMs[place] ?? Number.NaN;
  }

  /** When the first write at or after `ms` was sent; infinity when there is none. */
  nextSentMs(ms: number): number {
    return this.#sentMs[countBelow(this.#sentMs, ms)] ?? Number.POSITIVE_INFINITY;
  }

  countSince(ms: number): number {
    return this.#writes.length - countBelow(this.#sentMs, ms);
  }

  /** Where more than 5 % of `window` writes in a row were missed; overlapping places are merged. */
  missedAmong(window: number): Place[] {
    const allowed = Math.floor(MISSED_SHARE * window);
    const missed: number[] = [];
    for (let place = 0; place < this.#writes.length; place += 1) if (this.#served[place] === 0) missed.push(place);
    const groups: Interval[] = [];
    for (let k = 0; k + allowed < missed.length; k += 1) {
      const [from, last] = [missed[k] as number, missed[k + allowed] as number];
      if (last - from < window) groups.push({ fromMs: from, toMs: last });
    }
    return union(groups).map(({ fromMs, toMs }) => ({ fromMs: this.sentMs(fromMs), lastMs: this.sentMs(toMs) }));
  }

  /** Where nothing was sent for `ms`. */
  pausesOf(ms: number): Place[] {
    const pauses: Place[] = [];
    for (let place = 1; place < this.#writes.length; place += 1) {
      const [fromMs, lastMs] = [this.sentMs(place - 1), this.sentMs(place)];
      if (lastMs - fromMs >= ms) pauses.push({ fromMs, lastMs });
    }
    return pauses;
  }

  /** Where writes were sent since then and none of them was served. */
  neverServedSince(ms: number): Place[] {
    const fromMs = this.nextSentMs(ms);
    if (fromMs === Number.POSITIVE_INFINITY || this.servedSinceMs(ms) < Number.POSITIVE_INFINITY) return [];
    return [{ fromMs, lastMs: this.sentMs(this.#writes.length - 1) }];
  }

  untilServed({ fromMs, lastMs }: Place): Interval {
    return { fromMs, toMs: this.servedSinceMs(lastMs) };
  }

  /** The acknowledgement of the first write sent then or later that was served; infinity when there is none. */
  servedSinceMs(ms: number): number {
    for (let place = countBelow(this.#sentMs, ms); place < this.#writes.length; place += 1)
      if (this.#served[place] === 1) return this.#history.completedMs[this.#writes[place] as number] as number;
    return Number.POSITIVE_INFINITY;
  }
}
