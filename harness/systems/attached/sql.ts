/** The status of each site's PostgreSQL, if the description of an attached system has its URL. Read-only. */
import pg from "pg";
import { otherSite, SITES, type SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";
import { KeptConnection } from "../../system/kept-connection.ts";
import type { LagSampler } from "../../system/replication.ts";
import type { Said } from "../../system/self-failover.ts";

export type Reachable = Record<SiteName, Pick<Database, "connect">>;

export function reachedBy(urls: Record<SiteName, string>): Reachable {
  const connecting = (connectionString: string) => ({
    connect: async (timeoutMs = 10_000) => {
      const limits = { connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs };
      const client = new pg.Client({ connectionString, application_name: "fhirdrill", ...limits });
      // A server that shuts down ends idle connections, too; the next query shows that to their user.
      client.on("error", () => {});
      await client.connect();
      return client;
    },
  });
  return { a: connecting(urls.a), b: connecting(urls.b) };
}

/** A primary's timeline is in the name of its current WAL file, at once; a standby's is what it receives. */
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
export function primaryBySql(databases: Reachable): (side: SiteName) => Promise<Said> {
  const kept = connectionsTo(databases);
  return async (side): Promise<Said> => {
    const status = await kept[side].firstRow<Status>(STATUS);
    const lock = status?.role === "primary" ? { holder: side } : null;
    return { server: status, lock, lagBytes: null, why: status === null ? "no answer within a second" : null };
  };
}

const WRITTEN = "select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes";
const APPLIED = "select pg_last_wal_replay_lsn() - '0/0'::pg_lsn as bytes";

/** What the primary has written and the follower has not applied. There is no heartbeat: their database is only read. */
export function lagBySql(databases: Reachable): LagSampler {
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

function connectionsTo(databases: Reachable): Record<SiteName, KeptConnection> {
  return { a: new KeptConnection(databases.a), b: new KeptConnection(databases.b) };
}
