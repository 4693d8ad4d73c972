/** Injects and heals a drill's faults on schedule, and watches them in between. */
import type { ArmedFault } from "../faults/index.ts";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { Act } from "../model/plan/scenario.ts";
import type { FaultEvent } from "../model/record/event.ts";
import { perform, type Stage } from "./act.ts";
import { FaultWatch } from "./fault-watch.ts";

type FaultAct = Extract<Act, { fault: FaultSpec }>;

export interface Course extends Omit<Stage, "tell"> {
  tell: (event: Omit<FaultEvent, "atMs">) => void;
}

export class FaultCourse {
  readonly #faults: readonly ArmedFault[];
  readonly #course: Course;
  readonly #over = new AbortController();
  readonly #watches = new Map<number, FaultWatch>();
  readonly #healings: Promise<unknown>[] = [];
  /** Indexes of faults that were injected, at least partly, and not seen to be healed. */
  readonly #broken = new Set<number>();

  /** `faults` in the order of the scenario, each armed once. */
  constructor(faults: readonly ArmedFault[], course: Course) {
    this.#faults = faults;
    this.#course = { ...course, signal: AbortSignal.any([course.signal, this.#over.signal]) };
  }

  /** Checks, before anything is broken, that each fault can be observed. Rejects otherwise, which ends the drill. */
  async firstLook(): Promise<void> {
    await Promise.all(this.#faults.map((fault) => fault.evidence()));
  }

  /**
   * Carries out what is due at one moment. Resolves when the injected faults have been observed. Healing takes long, so
   * it is not awaited and the schedule goes on.
   */
  async act(acts: readonly FaultAct[]): Promise<void> {
    // Ends the watches first: healing one fault may clear another that is about to be healed.
    await Promise.all(acts.map(({ does, index }) => does === "heal" && this.#watches.get(index)?.end()));
    await Promise.all(acts.map(({ does, index }) => (does === "inject" ? this.#inject(index) : this.#heal(index))));
  }

  /** Makes the last observation of the faults that are never healed. */
  async endOfLoad(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.end()));
  }

  /** Resolves when all healings have ended. Rejects when one failed. */
  async healed(): Promise<void> {
    await Promise.all(this.#healings);
  }

  /** Ends all watches. Resolves when nothing is under way; what is broken stays broken. */
  async end(): Promise<void> {
    this.#over.abort();
    await Promise.allSettled([...this.#healings, ...[...this.#watches.values()].map((watch) => watch.ended)]);
  }

  /** Heals what is still broken, and nothing else. Reports what could not be healed; never rejects. */
  async healRest(failed: (kind: FaultSpec["kind"], error: unknown) => void): Promise<void> {
    for (const index of this.#broken) {
      const fault = this.#faults[index] as ArmedFault;
      await fault.heal().catch((error) => failed(fault.spec.kind, error));
    }
  }

  async #inject(index: number): Promise<void> {
    const fault = this.#faults[index] as ArmedFault;
    const stage = this.#stageOf(fault, index);
    this.#broken.add(index);
    if (await perform("inject", fault, stage)) this.#watches.set(index, new FaultWatch(fault, stage));
  }

  #heal(index: number): void {
    const fault = this.#faults[index] as ArmedFault;
    const healing = perform("heal", fault, this.#stageOf(fault, index)).then((isHealed) => {
      if (isHealed) this.#broken.delete(index);
    });
    healing.catch(() => {});
    this.#healings.push(healing);
  }

  #stageOf({ spec: { kind } }: ArmedFault, index: number): Stage {
    const { tell, ...stage } = this.#course;
    return { ...stage, tell: (state, detail) => tell({ type: "fault", fault: index, kind, state, detail }) };
  }
}
