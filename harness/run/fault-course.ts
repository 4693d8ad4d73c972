/** What is done to the faults of a drill at their times, and who watches them in between. */
import type { ReadyFault } from "../faults/index.ts";
import type { FaultEvent } from "../model/event.ts";
import type { FaultSpec } from "../model/fault.ts";
import type { Act } from "../model/scenario.ts";
import { perform, type Stage } from "./act.ts";
import { FaultWatch } from "./fault-watch.ts";

type FaultAct = Extract<Act, { fault: FaultSpec }>;

export interface Course extends Omit<Stage, "tell"> {
  prepare: (spec: FaultSpec) => ReadyFault;
  tell: (event: Omit<FaultEvent, "atMs">) => void;
}

export class FaultCourse {
  readonly #course: Course;
  readonly #watches = new Map<number, FaultWatch>();
  readonly #healings: Promise<unknown>[] = [];

  constructor(course: Course) {
    this.#course = course;
  }

  /**
   * What is due at one moment. Resolves when injected faults were looked at. A healing takes long and is not waited for: the
   * schedule goes on.
   */
  async act(acts: readonly FaultAct[]): Promise<void> {
    // Before anything is done: the healing of one may end another that is to be healed now.
    await Promise.all(acts.map(({ does, index }) => does === "heal" && this.#watches.get(index)?.end()));
    await Promise.all(acts.map((act) => (act.does === "inject" ? this.#inject(act) : this.#heal(act))));
  }

  /** The last look at those that nobody has healed. */
  async endOfLoad(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.end()));
  }

  /** All healings. Rejects when one could not be done. */
  async healed(): Promise<void> {
    await Promise.all(this.#healings);
  }

  /** Resolves, once the signal has ended it, when nothing is under way any more. */
  async ended(): Promise<void> {
    await Promise.allSettled([...this.#healings, ...[...this.#watches.values()].map((watch) => watch.ended)]);
  }

  async #inject(act: FaultAct): Promise<void> {
    const fault = this.#course.prepare(act.fault);
    const stage = this.#stageOf(act);
    if (await perform("inject", fault, stage)) this.#watches.set(act.index, new FaultWatch(fault, stage));
  }

  #heal(act: FaultAct): void {
    const healing = perform("heal", this.#course.prepare(act.fault), this.#stageOf(act));
    healing.catch(() => {});
    this.#healings.push(healing);
  }

  #stageOf({ index, fault }: FaultAct): Stage {
    const { tell, ...stage } = this.#course;
    return {
      ...stage,
      tell: (state, detail) => tell({ type: "fault", fault: index, kind: fault.kind, state, detail }),
    };
  }
}
