/** What goes on beside a drill's course: begun one by one, ended together. */
import { setTimeout as sleep } from "node:timers/promises";

export class Beside {
  readonly #over = new AbortController();
  readonly #work: Promise<unknown>[] = [];
  readonly #stops: (() => Promise<void>)[] = [];
  /** Aborted when the drill is called off, and when what is beside it is to end. */
  readonly signal: AbortSignal;

  constructor(calledOff: AbortSignal) {
    this.signal = AbortSignal.any([calledOff, this.#over.signal]);
  }

  /** Ends by itself once the signal has told it to. */
  add(work: Promise<unknown>): void {
    this.#work.push(work);
  }

  /** Goes on until it is stopped. */
  addProbe(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  /** Again and again; a round that fails is left out, the next one comes. */
  repeat(periodMs: number, round: () => Promise<void>): void {
    this.add(this.#repeat(periodMs, round));
  }

  /** Resolves when nothing goes on any more. Never rejects. */
  async end(): Promise<void> {
    this.#over.abort();
    await Promise.allSettled([...this.#work, ...this.#stops.map((stop) => stop())]);
  }

  async #repeat(periodMs: number, round: () => Promise<void>): Promise<void> {
    const { signal } = this;
    while (!signal.aborted) {
      await round().catch(() => {});
      await sleep(periodMs, undefined, { signal }).catch(() => {});
    }
  }
}
