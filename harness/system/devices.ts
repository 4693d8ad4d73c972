/** Where devices hand over what they measure: a broker in each region, and a bridge that writes it to the service. */
import type { SiteName } from "../model/plan/site.ts";
import type { Address } from "./address.ts";

export interface Devices {
  /** A broker's present address on this machine: a restarted one has another. Rejects while it does not run. */
  brokerAt: (side: SiteName) => Promise<Address>;
  /** What a bridge has written down so far: lines of JSON, also of one that does not run. */
  bridgeLedger: (side: SiteName) => Promise<string>;
}
