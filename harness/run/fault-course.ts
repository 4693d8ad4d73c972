/** What is done to the faults of a drill at their times, and who watches them in between. */
import type { ArmedFault } from "../faults/index.ts";
import type { FaultEvent } from "../model/event.ts";
import type { FaultSpec } from "../model/fault.ts";
import type { Act } from "../model/scenario.ts";
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
  /** Injected, if only half, and not seen to be healed: by their index. */
  readonly #broken = new Set<number>();

  /** `faults` in the order of the scenario, each armed once. */
  constructor(faults: readonly ArmedFault[], course: Course) {
    this.#faults = faults;
    this.#course = { ...course, signal: AbortSignal.any([course.signal, this.#over.signal]) };
  }

  async firstLook(): Promise<void> {
    await Promise.all(this.#faults.map((fault) => fault.evidence()));
  }

  /**
   * What is due at one moment. Resolves when injected faults were looked at. A healing takes long and is not waited for: the
   * schedule goes on.
   */
  async act(acts: readonly FaultAct[]): Promise<void> {
    // Before anything is done: the healing of one may end another that is to be healed now.
    await Promise.all(acts.map(({ does, index }) => does === "heal" && this.#watches.get(index)?.end()));
    await Promise.all(acts.map(({ does, index }) => (does === "inject" ? this.#inject(index) : this.#heal(index))));
  }

  /** The last look at those that nobody has healed. */
  async endOfLoad(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.end()));
  }

  /** All healings. Rejects when one could not be done. */
  async healed(): Promise<void> {
    await Promise.all(this.#healings);
  }

  /** Nobody looks any more. Resolves when nothing is under way; what is broken stays so. */
  async end(): Promise<void> {
    this.#over.abort();
    await Promise.allSettled([...this.#healings, ...[...this.#watches.values()].map((watch) => watch.ended)]);
  }

  /** What is broken still is healed, and nothing else. Tells what could not be; never rejects. */
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
