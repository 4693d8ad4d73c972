/** What of a system each planned operation takes that not every system has. */
import type { Order } from "../model/order.ts";
import type { Capability } from "../system/capabilities.ts";

export const ORDER_NEEDS: Record<Order["kind"], readonly Capability[]> = {
  switchover: ["postgres", "proxy", "links"],
  restart: ["postgres", "hapi"],
  "start-replication": ["postgres", "hapi"],
  "serve-across": ["postgres", "hapi", "proxy", "links"],
};
