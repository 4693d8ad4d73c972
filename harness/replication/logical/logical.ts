/** PostgreSQL's logical replication behind the replication interface. */
import type { Config } from "../../model/plan/config.ts";
import { otherSite, type SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";
import type { Links } from "../../system/links.ts";
import type { Replication } from "../../system/replication.ts";
import { lagSampler } from "../lag-sampler.ts";
import { endTransactions, fence, isFenced, silence, unfence } from "./fence.ts";
import { createSlot, dropSlots, lagBytes, unconfirmedBytes, untilConfirmed, writtenLsn } from "./slots.ts";
import { stopFollowing } from "./stop-following.ts";
import { strandedOn } from "./stranded.ts";
import {
  copiedTo,
  emptyTables,
  makeStandby,
  publishBoth,
  SUBSCRIPTIONS,
  setDurability,
  startFollowing,
  subscribe,
} from "./subscription.ts";

/** The link by which each site follows the other. */
const WAYS = { a: "replication-back", b: "replication" } as const;

export interface Between {
  databases: Record<SiteName, Database>;
  links: Pick<Links, "addressWithin">;
  /** The password of the replication role. */
  password: string;
  config: Pick<Config, "replication" | "fencing">;
}

export function logicalReplication({ databases, links, password, config }: Between): Replication {
  const source = (follower: SiteName) => ({ address: links.addressWithin(WAYS[follower]), password });
  const primaryOf = (follower: SiteName) => databases[otherSite(follower)];
  return {
    publish: () => publishBoth(databases, password, config),
    copy: async (to, { signal, deadlineMs } = {}) => {
      await subscribe(databases[to], source(to), "copy");
      await startFollowing(databases[to], signal, deadlineMs);
    },
    copyAnew: async (to, signal) => {
      await stopFollowing(databases[to]);
      await dropSlots(databases[to]);
      await dropSlots(primaryOf(to));
      // Before anything is discarded: this proves that the site to copy from is there and can be reached.
      await subscribe(databases[to], source(to), "copy");
      await emptyTables(databases[to]);
      await startFollowing(databases[to], signal);
    },
    goOn: async (follower, signal) => {
      await subscribe(databases[follower], source(follower), "go on");
      await startFollowing(databases[follower], signal);
    },
    untilFollowing: (follower, signal) => startFollowing(databases[follower], signal),
    copied: (to) => copiedTo(databases[to]),
    makeStandby: () => makeStandby(databases, config),
    stop: (follower) => stopFollowing(databases[follower]),
    keepFor: (follower) => createSlot(primaryOf(follower), follower),
    keepNothing: (primary) => dropSlots(databases[primary]),
    setDurability: (primary, replication) => setDurability(databases[primary], replication),

    lagBytes: (follower) => lagBytes(primaryOf(follower), follower),
    writtenBy: (primary, timeoutMs) => writtenLsn(databases[primary], timeoutMs),
    unconfirmedBytes: (follower, upTo, timeoutMs) => unconfirmedBytes(primaryOf(follower), follower, upTo, timeoutMs),
    untilConfirmed: (follower, waiting) => untilConfirmed(primaryOf(follower), follower, waiting),
    sampler: () =>
      lagSampler(databases, { nameOf: (follower) => SUBSCRIPTIONS[follower], confirmed: "confirmed_flush_lsn" }),

    fence: (side, withinMs) => fence(databases[side], withinMs),
    endTransactions: (side, beganBefore, withinMs) => endTransactions(databases[side], beganBefore, withinMs),
    silence: (side) => silence(databases[side]),
    unfence: (side) => unfence(databases[side]),
    isFenced: (side) => isFenced(databases[side]),

    strandedOn: (side, after) => strandedOn(databases[side], otherSite(side), after),
  };
}
