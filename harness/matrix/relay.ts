/**
 * Drills in a row, where the next one starts its system while the previous one is audited and removed. This disturbs no
 * measurement: the next drill begins when the previous one has finished measuring, and writes nothing before that is
 * gone.
 */

import type { PlannedDrill } from "../model/plan/matrix.ts";
import { Interrupted } from "../model/program/failure.ts";
import type { Slot } from "../run/slot.ts";

/** Drills in that slot; settles when everything of it is removed. */
export type Enter<Result> = (planned: PlannedDrill, abort: AbortController, slot: Slot) => Promise<Result>;

interface Entrant<Result> {
  planned: PlannedDrill;
  abort: AbortController;
  run: () => string | null;
  takeTurn: () => void;
  measured: Promise<void>;
  ended: Promise<Result>;
}

export class Relay<Result> {
  readonly #enter: Enter<Result>;
  readonly #signal: AbortSignal;
  #ahead: Entrant<Result> | null = null;

  /** `signal`: aborted by Ctrl-C. */
  constructor(enter: Enter<Result>, signal: AbortSignal) {
    this.#enter = enter;
    this.#signal = signal;
  }

  /** Whether the next drill has begun. */
  get isAhead(): boolean {
    return this.#ahead !== null;
  }

  /** How the drill ended, and its run if it got that far. `after` begins meanwhile, and must be drilled next. */
  async drill(
    planned: PlannedDrill,
    after: PlannedDrill | undefined,
  ): Promise<{ run: string | null; ended: PromiseSettledResult<Result> }> {
    const current = this.#ahead ?? this.#begin(planned);
    if (current.planned !== planned) throw new Error(`drill ${current.planned.drill} has begun, and is not the next`);
    this.#ahead = null;
    current.measured.then(() => {
      if (after !== undefined && !this.#signal.aborted) this.#ahead = this.#begin(after);
    });
    current.takeTurn();
    const [ended] = await Promise.allSettled([current.ended]);
    return { run: current.run(), ended };
  }

  /** Aborts and removes a drill that was begun ahead. */
  async giveUp(): Promise<void> {
    const ahead = this.#ahead;
    this.#ahead = null;
    ahead?.abort.abort(new Interrupted("no further drill"));
    await Promise.allSettled([ahead?.ended]);
  }

  #begin(planned: PlannedDrill): Entrant<Result> {
    const turn = Promise.withResolvers<void>();
    const measured = Promise.withResolvers<void>();
    let run: string | null = null;
    // A drill aborts itself when its record cannot be written; that must not abort another.
    const abort = new AbortController();
    const pass = () => abort.abort(this.#signal.reason);
    if (this.#signal.aborted) pass();
    else this.#signal.addEventListener("abort", pass, { once: true });
    const slot: Slot = {
      begun: (id) => {
        run = id;
      },
      turn: turn.promise,
      measured: measured.resolve,
    };
    const ended = this.#enter(planned, abort, slot).finally(() => this.#signal.removeEventListener("abort", pass));
    // A drill that was begun ahead may fail before anybody awaits it.
    ended.catch(() => {});
    return { planned, abort, run: () => run, takeTurn: turn.resolve, measured: measured.promise, ended };
  }
}
