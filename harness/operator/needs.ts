/** What of a system each planned operation takes that not every system has. */
import type { Order } from "../model/order.ts";
import type { Capability } from "../system/capabilities.ts";

export const ORDER_NEEDS: Record<Order["kind"], readonly Capability[]> = {
  switchover: ["replication", "postgres", "hapi", "proxy", "links"],
  restart: ["replication", "postgres", "hapi"],
  "start-replication": ["replication", "hapi"],
  "serve-across": ["replication", "hapi", "proxy", "links"],
};
