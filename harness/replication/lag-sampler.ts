/**
 * Samples a follower's lag: the age of a row that is stamped on the primary and read on the follower, and the WAL that
 * the follower has not confirmed. `pg_stat_replication` shows neither: over a silent link its lag freezes, then
 * vanishes.
 */
import { otherSite, type SiteName } from "../model/plan/site.ts";
import type { Database } from "../system/database.ts";
import { KeptConnection } from "../system/kept-connection.ts";
import type { LagSampler } from "../system/replication.ts";

const STAMP = "update fhirdrill.heartbeat set at_ms = $1 returning at_ms";
const STAMPED = "select at_ms from fhirdrill.heartbeat";

/** A primary's slots for its followers; they show what is not confirmed. */
interface Slots {
  nameOf: (follower: SiteName) => string;
  /** The column of `pg_replication_slots` with the position up to which the follower has confirmed. */
  confirmed: "confirmed_flush_lsn" | "restart_lsn";
}

export function lagSampler(
  { a, b }: Record<SiteName, Pick<Database, "connect">>,
  { nameOf, confirmed }: Slots,
): LagSampler {
  const unconfirmed = `
    select pg_wal_lsn_diff(pg_current_wal_lsn(), ${confirmed})::float8 as bytes
      from pg_replication_slots where slot_name = $1`;
  const connections = { a: new KeptConnection(a), b: new KeptConnection(b) };
  return {
    sample: async (follower, atMs) => {
      const primary = connections[otherSite(follower)];
      const stamped = await numberOf(primary, STAMP, [atMs]);
      const unconfirmedBytes = stamped === null ? null : await numberOf(primary, unconfirmed, [nameOf(follower)]);
      return { unconfirmedBytes, stampedMs: await numberOf(connections[follower], STAMPED) };
    },
    end: () => {
      connections.a.end();
      connections.b.end();
    },
  };
}

/** The first value of the first row; `null` without a row, if the value is no number, or without an answer in time. */
async function numberOf(connection: KeptConnection, sql: string, values: unknown[] = []): Promise<number | null> {
  const value = Object.values((await connection.firstRow<Record<string, unknown>>(sql, values)) ?? {})[0];
  return typeof value === "number" ? value : null;
}
