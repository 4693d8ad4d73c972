/** The router in front of both sites; it sends clients to one of them. */
import type { Side } from "../model/plan/side.ts";

export interface Router {
  /** Routes all new requests to one site, permanently. Throws where the router chooses by itself. */
  latch: (side: Side) => Promise<void>;
}
