/** What stands in front of both sites and sends clients to one of them. */
import type { Clock, ClockSample } from "../model/clock.ts";
import type { Side } from "../model/side.ts";

export interface Router {
  /** Sends all new requests to one side, for good. Throws where it goes by its own lights. */
  latch: (side: Side) => Promise<void>;
  /** What the system's clock says, between two readings of the harness's. */
  readClock: (clock: Clock) => Promise<ClockSample>;
}
