/**
 * How far the follower is behind the primary, whichever they are, by two measures that tell the truth when the link is
 * silent: the age of a row stamped on the one and read on the other, and the WAL that the follower has not confirmed.
 * `pg_stat_replication` shows neither: its lag freezes, then vanishes.
 */
import type { ProbeLine } from "../model/probe.ts";
import type { Roles } from "../system/roles.ts";
import type { System } from "../system/system.ts";
import { SUBSCRIPTIONS } from "../systems/lab/replication.ts";
import { KeptConnection } from "./kept-connection.ts";

const PERIOD_MS = 250;

const UNCONFIRMED = `
  select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::float8 as bytes
    from pg_replication_slots where slot_name = $1`;

/** Starts sampling; the returned function stops it. A side that is gone, or not followed, yields `null`, not 0. */
export function startLagProbe(
  { postgres }: Pick<System, "postgres">,
  roles: () => Roles,
  now: () => number,
  report: (probe: ProbeLine) => void,
): () => Promise<void> {
  const lines = { a: new KeptConnection(postgres.a), b: new KeptConnection(postgres.b) };
  let busy: Promise<void> | null = null;
  const sample = async () => {
    const atMs = now();
    const { primary: from, follower } = roles();
    const line = { type: "replication-lag", from, atMs } as const;
    if (follower === null) {
      report({ ...line, heartbeatMs: null, lsnBytes: null });
      return;
    }
    const stamped = await numberOf(lines[from], "update fhirdrill.heartbeat set at_ms = $1 returning at_ms", [atMs]);
    const lsnBytes = stamped === null ? null : await numberOf(lines[from], UNCONFIRMED, [SUBSCRIPTIONS[follower]]);
    const stampedMs = await numberOf(lines[follower], "select at_ms from fhirdrill.heartbeat");
    report({ ...line, heartbeatMs: stampedMs === null ? null : now() - stampedMs, lsnBytes });
  };
  const timer = setInterval(() => {
    busy ??= sample().finally(() => {
      busy = null;
    });
  }, PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await busy;
    lines.a.end();
    lines.b.end();
  };
}

/** The first value of the first row; `null` when there is none, or it is no number, or no answer came in time. */
async function numberOf(line: KeptConnection, sql: string, values: unknown[] = []): Promise<number | null> {
  const value = Object.values((await line.firstRow<Record<string, unknown>>(sql, values)) ?? {})[0];
  return typeof value === "number" ? value : null;
}
