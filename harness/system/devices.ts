/** Where devices publish their measurements: a broker in each region, and a bridge that writes them to the service. */
import type { SiteName } from "../model/plan/site.ts";
import type { Address } from "./address.ts";

export interface Devices {
  /** A broker's current address on this machine: a restarted one has another. Rejects while it does not run. */
  brokerAt: (side: SiteName) => Promise<Address>;
  /** What a bridge has recorded so far, as lines of JSON; it need not run. */
  bridgeLedger: (side: SiteName) => Promise<string>;
}
