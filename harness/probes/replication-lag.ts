/**
 * How far B is behind A, by two measures that tell the truth when the link is silent: the age of a row stamped on A and
 * read on B, and the WAL that B has not confirmed. `pg_stat_replication` shows neither: its lag freezes, then vanishes.
 */
import type pg from "pg";
import type { ProbeLine } from "../model/probe.ts";
import type { Topology } from "../topology/topology.ts";

const PERIOD_MS = 250;
const LATE_MS = 1000;

const UNCONFIRMED = `
  select max(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn))::float8 as bytes
    from pg_replication_slots where slot_type = 'logical'`;

/** Starts sampling; the returned function stops it. A side that is gone yields `null`, not 0. */
export async function startLagProbe(
  topology: Topology,
  now: () => number,
  report: (probe: ProbeLine) => void,
): Promise<() => Promise<void>> {
  const { a, b } = topology.postgres;
  const [onA, onB] = await Promise.all([a.connect(LATE_MS), b.connect(LATE_MS)]);
  let busy: Promise<void> | null = null;
  const sample = async () => {
    const atMs = now();
    const lsnBytes = await firstNumber(
      onA.query("update fhirdrill.heartbeat set at_ms = $1", [atMs]).then(() => onA.query(UNCONFIRMED)),
    );
    const stampedMs = await firstNumber(onB.query("select at_ms from fhirdrill.heartbeat"));
    report({ type: "replication-lag", atMs, heartbeatMs: stampedMs === null ? null : now() - stampedMs, lsnBytes });
  };
  const timer = setInterval(() => {
    busy ??= sample().finally(() => {
      busy = null;
    });
  }, PERIOD_MS);
  return async () => {
    clearInterval(timer);
    await busy;
    await Promise.allSettled([onA.end(), onB.end()]);
  };
}

async function firstNumber(query: Promise<pg.QueryResult>): Promise<number | null> {
  try {
    const value = Object.values((await query).rows[0] ?? {})[0];
    return typeof value === "number" ? value : null;
  } catch {
    return null;
  }
}
