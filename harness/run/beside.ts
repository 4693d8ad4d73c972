/** Work that runs beside a drill's course: started one by one, ended together. */
import { setTimeout as sleep } from "node:timers/promises";

export class Beside {
  readonly #over = new AbortController();
  readonly #work: Promise<unknown>[] = [];
  readonly #stops: (() => Promise<void>)[] = [];
  /** Aborted when the drill is aborted, and when the work beside it has to end. */
  readonly signal: AbortSignal;

  constructor(calledOff: AbortSignal) {
    this.signal = AbortSignal.any([calledOff, this.#over.signal]);
  }

  /** Adds work that ends by itself once the signal is aborted. */
  add(work: Promise<unknown>): void {
    this.#work.push(work);
  }

  /** Adds a probe, which runs until it is stopped. */
  addProbe(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  /** Repeats a round; one that fails is skipped. */
  repeat(periodMs: number, round: () => Promise<void>): void {
    this.add(this.#repeat(periodMs, round));
  }

  /** Ends all work. Resolves when nothing runs any more; never rejects. */
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
