/**
 * One fault, watched for as long as it lasts: from its evidence to its healing or, where nobody heals it, to the end of the
 * load. What comes of it is told once: `lasted` by the last look, just before the healing; or `not-lasted`, as soon as one
 * sees that it no longer bites, or by the last one if that cannot see that it does.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "../faults/fault.ts";
import type { ArmedFault } from "../faults/index.ts";
import { reasonOf } from "../model/failure.ts";
import { isGone, type Stage } from "./act.ts";

const TIMES = {
  everyMs: 2000,
  /** What fights a fault may be ahead of it for a moment: a look that does not see it is repeated for so long. */
  doubtMs: 1000,
  againMs: 100,
  /** No schedule waits longer for a look. */
  lookMs: 3000,
};

type Watched = Pick<ArmedFault, "recheck">;
type Where = Pick<Stage, "tell" | "now" | "signal">;

export class FaultWatch {
  readonly #fault: Watched;
  readonly #stage: Where;
  readonly #times: typeof TIMES;
  readonly #over = new AbortController();
  #looks = 0;
  #lastSeenMs: number;
  #longestUnseenMs = 0;
  /** Resolves when nobody looks any more, but for the last look. */
  readonly ended: Promise<void>;

  /** Of a fault that was seen to bite just now. */
  constructor(fault: Watched, stage: Where, times = TIMES) {
    this.#fault = fault;
    this.#stage = stage;
    this.#times = times;
    this.#lastSeenMs = stage.now();
    this.ended = this.#watch();
  }

  /** The last look. What is done to the fault afterwards is not taken for its end. */
  async end(): Promise<void> {
    const { signal } = this.#stage;
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    const seen = await this.#look(signal);
    if (!signal.aborted) this.#tell(seen.bit, seen);
  }

  async #watch(): Promise<void> {
    const signal = AbortSignal.any([this.#stage.signal, this.#over.signal]);
    while (!signal.aborted) {
      await sleep(this.#times.everyMs, undefined, { signal }).catch(() => {});
      const seen = signal.aborted ? null : await this.#look(signal);
      // One that was overtaken by the last look may have seen the healing.
      if (seen === null || signal.aborted || !isGone(seen)) continue;
      this.#over.abort();
      this.#tell(false, seen);
    }
  }

  #tell(lasted: boolean, { detail }: Evidence): void {
    const { tell } = this.#stage;
    if (lasted) tell("lasted", { looks: this.#looks, longestUnseenMs: this.#longestUnseenMs, ...detail });
    else tell("not-lasted", { lastSeenMs: this.#lastSeenMs, ...detail });
  }

  async #look(signal: AbortSignal): Promise<Evidence> {
    const { now } = this.#stage;
    const beganMs = now();
    for (;;) {
      const atMs = now();
      const seen = await this.#recheck();
      if (seen.bit) {
        this.#looks += 1;
        this.#longestUnseenMs = Math.max(this.#longestUnseenMs, atMs - this.#lastSeenMs);
        this.#lastSeenMs = atMs;
      }
      if (seen.bit || signal.aborted || now() - beganMs >= this.#times.doubtMs) return seen;
      await sleep(this.#times.againMs, undefined, { signal }).catch(() => {});
    }
  }

  /** One that fails, or takes too long, has seen neither. */
  #recheck(): Promise<Evidence> {
    const nothing = (why: string): Evidence => ({ bit: false, gone: false, detail: { why } });
    const late = nothing(`no answer within ${this.#times.lookMs} ms`);
    return Promise.race([
      this.#fault.recheck().catch((error) => nothing(reasonOf(error))),
      sleep(this.#times.lookMs, late, { ref: false }),
    ]);
  }
}
