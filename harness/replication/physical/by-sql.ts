/**
 * Physical replication as the two databases describe it themselves, whoever runs them: who is the primary, and how far the
 * standby is behind. They are only read.
 */
import { otherSite, SITES, type SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";
import { KeptConnection } from "../../system/kept-connection.ts";
import type { LagSampler } from "../../system/replication.ts";
import type { Said } from "../../system/self-failover.ts";

type Databases = Record<SiteName, Pick<Database, "connect">>;

/** A primary knows its timeline by the file that it writes, at once; a standby by what it receives. */
const STATUS = `
  select case when pg_is_in_recovery() then 'replica' else 'primary' end as role,
         case when pg_is_in_recovery() then (select received_tli from pg_stat_wal_receiver)
              else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline,
         case when pg_is_in_recovery()
              then coalesce((select status from pg_stat_wal_receiver), 'receives nothing') else 'running' end as state`;

interface Status {
  role: "primary" | "replica";
  timeline: number | null;
  state: string;
}

/** There is no lock: a database that reports itself as primary counts as its holder. */
export function primaryBySql(databases: Databases): (side: SiteName) => Promise<Said> {
  const kept = connectionsTo(databases);
  return async (side): Promise<Said> => {
    const status = await kept[side].firstRow<Status>(STATUS);
    const lock = status?.role === "primary" ? { holder: side } : null;
    return { server: status, lock, lagBytes: null, why: status === null ? "no answer within a second" : null };
  };
}

const WRITTEN = "select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes";
const APPLIED = "select pg_last_wal_replay_lsn() - '0/0'::pg_lsn as bytes";

/** What the follower has not applied of what its primary has written; nobody stamps anything in somebody's database. */
export function lagBySql(databases: Databases): LagSampler {
  const kept = connectionsTo(databases);
  return {
    sample: async (follower) => {
      const [written, applied] = await Promise.all([
        kept[otherSite(follower)].firstRow<{ bytes: string }>(WRITTEN),
        kept[follower].firstRow<{ bytes: string | null }>(APPLIED),
      ]);
      const known = written !== null && typeof applied?.bytes === "string";
      return {
        stampedMs: null,
        unconfirmedBytes: known ? Math.max(0, Number(written.bytes) - Number(applied.bytes)) : null,
      };
    },
    end: () => {
      for (const side of SITES) kept[side].end();
    },
  };
}

function connectionsTo(databases: Databases): Record<SiteName, KeptConnection> {
  return { a: new KeptConnection(databases.a), b: new KeptConnection(databases.b) };
}
