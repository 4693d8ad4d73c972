/**
 * Physical replication under Patroni, behind the replication interface: only its lag. Patroni alone decides which site
 * follows which, which is writable, and what is discarded when a site comes back; nothing here commands that.
 */
import type { SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";
import type { Replication } from "../../system/replication.ts";
import { physicalLag } from "./lag.ts";

const notByCommand = (): never => {
  throw new Error("Patroni does that by itself; there is no command for it");
};

export function physicalReplication(
  databases: Record<SiteName, Database>,
  slotOf: (follower: SiteName) => string,
): Replication {
  const none = notByCommand;
  return {
    ...physicalLag(databases, slotOf),
    ...{ publish: none, copy: none, copyAnew: none, goOn: none, untilFollowing: none, copied: none, makeStandby: none },
    ...{ stop: none, keepFor: none, keepNothing: none, setDurability: none },
    ...{ fence: none, endTransactions: none, silence: none, unfence: none, isFenced: none, strandedOn: none },
  };
}
