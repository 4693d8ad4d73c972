/** What the operator is told to do by plan, and what came of it. */
import type { OrderEvent } from "../model/event.ts";
import type { Act } from "../model/scenario.ts";
import type { Operator } from "../operator/operator.ts";

type Planned = Extract<Act, { does: "order" }>;

interface Means {
  operator: Pick<Operator, "order">;
  tell: (event: Omit<OrderEvent, "atMs">) => void;
  /** How many of the resources from before the load the follower holds, once it follows; `null` when nobody knows. */
  countSeeded: () => Promise<number | null>;
}

export class PlannedOrders {
  readonly #means: Means;
  readonly #given: Promise<void>[] = [];

  constructor(means: Means) {
    this.#means = means;
  }

  /** Resolves when it was answered. */
  give(act: Planned): Promise<void> {
    const given = this.#give(act);
    this.#given.push(given);
    return given;
  }

  /** Resolves when each that was given was answered. */
  async done(): Promise<void> {
    await Promise.all(this.#given);
  }

  async #give({ order, index }: Planned): Promise<void> {
    const { operator, countSeeded } = this.#means;
    const tell = (state: OrderEvent["state"], detail: OrderEvent["detail"]) =>
      this.#means.tell({ type: "order", order: index, kind: order.kind, state, detail });
    tell("given", { ...order });
    const { state, detail } = await operator.order(order);
    const counts = state === "done" && order.kind === "start-replication";
    tell(state, counts ? { ...detail, seeded: await countSeeded() } : detail);
  }
}
