/** Gives planned operations to the operator and records how each ended. */
import type { Act } from "../model/plan/scenario.ts";
import type { PlannedOperationDetails } from "../model/record/detail.ts";
import type { PlannedOperationEvent } from "../model/record/event.ts";
import type { Operator } from "../operator/operator.ts";

type Planned = Extract<Act, { does: "order" }>;

interface Means {
  operator: Pick<Operator, "order">;
  tell: (event: Omit<PlannedOperationEvent, "atMs">) => void;
  /** How many of the resources from before the load the new follower holds; `null` when that is unknown. */
  countSeeded: () => Promise<number | null>;
}

export class PlannedOperations {
  readonly #means: Means;
  readonly #given: Promise<void>[] = [];

  constructor(means: Means) {
    this.#means = means;
  }

  /** Resolves when the operation has ended. */
  give(act: Planned): Promise<void> {
    const given = this.#give(act);
    this.#given.push(given);
    return given;
  }

  /** Resolves when every given operation has ended. */
  async done(): Promise<void> {
    await Promise.all(this.#given);
  }

  async #give({ order, index }: Planned): Promise<void> {
    const { operator, countSeeded } = this.#means;
    const tell = <State extends keyof PlannedOperationDetails>(state: State, detail: PlannedOperationDetails[State]) =>
      this.#means.tell({ type: "order", order: index, kind: order.kind, state, detail });
    tell("given", { ...order });
    const { state, detail } = await operator.order(order);
    if (state === "done" && order.kind === "start-replication") tell("done", { seeded: await countSeeded() });
    else tell(state, detail);
  }
}
