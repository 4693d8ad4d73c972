/** What of a system each planned operation takes that not every system has. */
import type { Order } from "../model/order.ts";
import type { Capability } from "../system/capabilities.ts";

const NEEDS: Record<Order["kind"], readonly Capability[]> = {
  switchover: ["replication", "postgres", "hapi", "proxy", "links"],
  restart: ["replication", "postgres", "hapi"],
  "start-replication": ["replication", "hapi"],
  "serve-across": ["replication", "hapi", "proxy", "links"],
};

/** One that fails over by itself changes sides by itself as well, when it is told to. */
export function needsOfOrder(kind: Order["kind"], has: ReadonlySet<Capability>): readonly Capability[] {
  return kind === "switchover" && has.has("failover") ? ["failover"] : NEEDS[kind];
}
