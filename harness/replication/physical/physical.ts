/**
 * Physical replication under Patroni, as what probes and the audit ask for. Who follows whom, who may be written to and what is
 * thrown away when a side comes back is Patroni's own affair: nobody else is to order any of it.
 */
import type { Side } from "../../model/side.ts";
import type { Database } from "../../system/database.ts";
import type { Replication } from "../../system/replication.ts";
import { physicalLag } from "./lag.ts";

const notByOrder = (): never => {
  throw new Error("Patroni does that by itself, and takes no order for it");
};

export function physicalReplication(
  databases: Record<Side, Database>,
  slotOf: (follower: Side) => string,
): Replication {
  const none = notByOrder;
  return {
    ...physicalLag(databases, slotOf),
    ...{ publish: none, copy: none, copyAnew: none, goOn: none, untilFollowing: none, copied: none, makeStandby: none },
    ...{ stop: none, keepFor: none, keepNothing: none, setDurability: none },
    ...{ fence: none, endTransactions: none, silence: none, unfence: none, isFenced: none, strandedOn: none },
  };
}
