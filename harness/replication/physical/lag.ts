/**
 * A standby's lag, by its slot on the primary: the slot remains when the link falls silent.
 */
import { otherSite, type SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";
import type { Lag } from "../../system/replication.ts";
import { until } from "../../system/waiting.ts";
import { lagSampler } from "../lag-sampler.ts";

export function physicalLag(databases: Record<SiteName, Database>, slotOf: (follower: SiteName) => string): Lag {
  const primaryOf = (follower: SiteName) => databases[otherSite(follower)];
  const writtenBy: Lag["writtenBy"] = async (primary, timeoutMs) => {
    const [now] = await databases[primary].query<{ lsn: string }>("select pg_current_wal_lsn() as lsn", [], timeoutMs);
    return now?.lsn as string;
  };
  return {
    writtenBy,
    unconfirmedBytes: async (follower, upTo, timeoutMs) => {
      const [row] = await primaryOf(follower).query<{ bytes: number | null }>(
        `select greatest(0, pg_wal_lsn_diff($2::pg_lsn, restart_lsn))::float8 as bytes
           from pg_replication_slots where slot_name = $1`,
        [slotOf(follower), upTo],
        timeoutMs,
      );
      return row?.bytes ?? null;
    },
    lagBytes: async (follower) => {
      const [row] = await primaryOf(follower).query<{ bytes: number | null }>(
        `select pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::float8 as bytes
           from pg_replication_slots where slot_name = $1 and active`,
        [slotOf(follower)],
      );
      return row?.bytes ?? null;
    },
    /**
     * Waits for replay, not confirmation: a standby confirms before it replays, and only replayed changes can be read.
     */
    untilConfirmed: async (follower, waiting) => {
      const primary = otherSite(follower);
      const lsn = await writtenBy(primary);
      const what = `${follower.toUpperCase()} to replay all that ${primary.toUpperCase()} holds`;
      await until({ everyMs: 20, ...waiting, what }, async () => {
        const [row] = await databases[follower].query<{ done: boolean }>(
          "select pg_last_wal_replay_lsn() >= $1::pg_lsn as done",
          [lsn],
        );
        return row?.done === true;
      });
    },
    sampler: () => lagSampler(databases, { nameOf: slotOf, confirmed: "restart_lsn" }),
  };
}
