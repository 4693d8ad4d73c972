/**
 * Watches one fault while it lasts: from its evidence to its healing or, if it is not healed, to the end of the load.
 * The result is reported once: `lasted` by the last recheck, just before healing; or `not-lasted`, as soon as a recheck
 * sees the fault cleared, or by the last recheck if that does not see it active.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "../faults/fault.ts";
import type { ArmedFault } from "../faults/index.ts";
import { reasonOf } from "../model/program/failure.ts";
import { isGone, type Stage, unseen } from "./act.ts";

const TIMES = {
  everyMs: 2000,
  /**
   * A recheck that does not see the fault is repeated for this long: whatever counteracts the fault may win for a
   * moment.
   */
  doubtMs: 1000,
  againMs: 100,
  /** The schedule waits no longer for a recheck. */
  recheckMs: 3000,
};

type Watched = Pick<ArmedFault, "recheck">;
type Where = Pick<Stage, "tell" | "now" | "signal">;

export class FaultWatch {
  readonly #fault: Watched;
  readonly #stage: Where;
  readonly #times: typeof TIMES;
  readonly #over = new AbortController();
  #seenTimes = 0;
  #lastSeenMs: number;
  #longestUnseenMs = 0;
  /** Resolves when the regular rechecks have ended; the last one may still follow. */
  readonly ended: Promise<void>;

  /** The fault has just been seen to be active. */
  constructor(fault: Watched, stage: Where, times = TIMES) {
    this.#fault = fault;
    this.#stage = stage;
    this.#times = times;
    this.#lastSeenMs = stage.now();
    this.ended = this.#watch();
  }

  /** Makes the last recheck. What happens to the fault afterwards no longer counts. */
  async end(): Promise<void> {
    const { signal } = this.#stage;
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    const seen = await this.#observe(signal);
    if (!signal.aborted) this.#tell(seen.bit, seen);
  }

  async #watch(): Promise<void> {
    const signal = AbortSignal.any([this.#stage.signal, this.#over.signal]);
    while (!signal.aborted) {
      await sleep(this.#times.everyMs, undefined, { signal }).catch(() => {});
      const seen = signal.aborted ? null : await this.#observe(signal);
      // A recheck that the last one has overtaken may already have seen the healing.
      if (seen === null || signal.aborted || !isGone(seen)) continue;
      this.#over.abort();
      this.#tell(false, seen);
    }
  }

  #tell(lasted: boolean, { detail }: Evidence): void {
    const { tell } = this.#stage;
    if (lasted) tell("lasted", { looks: this.#seenTimes, longestUnseenMs: this.#longestUnseenMs, ...detail });
    else tell("not-lasted", { lastSeenMs: this.#lastSeenMs, ...detail });
  }

  async #observe(signal: AbortSignal): Promise<Evidence> {
    const { now } = this.#stage;
    const beganMs = now();
    for (;;) {
      const atMs = now();
      const seen = await this.#recheck();
      if (seen.bit) {
        this.#seenTimes += 1;
        this.#longestUnseenMs = Math.max(this.#longestUnseenMs, atMs - this.#lastSeenMs);
        this.#lastSeenMs = atMs;
      }
      if (seen.bit || signal.aborted || now() - beganMs >= this.#times.doubtMs) return seen;
      await sleep(this.#times.againMs, undefined, { signal }).catch(() => {});
    }
  }

  /** A recheck that fails or takes too long sees the fault neither active nor cleared. */
  #recheck(): Promise<Evidence> {
    const late = unseen(`no answer within ${this.#times.recheckMs} ms`);
    return Promise.race([
      this.#fault.recheck().catch((error) => unseen(reasonOf(error))),
      sleep(this.#times.recheckMs, late, { ref: false }),
    ]);
  }
}
