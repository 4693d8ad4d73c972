/**
 * Physical replication under Patroni, in the terms of probes and the audit. Patroni alone decides who follows whom, who
 * may be written to, and what is discarded when a site comes back; nothing here commands any of that.
 */
import type { SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";
import type { Replication } from "../../system/replication.ts";
import { physicalLag } from "./lag.ts";

const notByOrder = (): never => {
  throw new Error("Patroni does that by itself, and takes no order for it");
};

export function physicalReplication(
  databases: Record<SiteName, Database>,
  slotOf: (follower: SiteName) => string,
): Replication {
  const none = notByOrder;
  return {
    ...physicalLag(databases, slotOf),
    ...{ publish: none, copy: none, copyAnew: none, goOn: none, untilFollowing: none, copied: none, makeStandby: none },
    ...{ stop: none, keepFor: none, keepNothing: none, setDurability: none },
    ...{ fence: none, endTransactions: none, silence: none, unfence: none, isFenced: none, strandedOn: none },
  };
}
