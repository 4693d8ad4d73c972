/**
 * The fence: makes a site read-only. A transaction that begins there from now on cannot write, and no open one gets to
 * commit. Replication continues to apply.
 *
 * PostgreSQL reads `default_transaction_read_only` when a transaction begins. A session that is idle at the change uses
 * the new value for its next command, because it processes a reload first (`PostgresMain`). An open transaction may
 * write until it ends, however late that is: so it is terminated.
 */

import type { Database } from "../../system/database.ts";
import { until } from "../../system/waiting.ts";

const IN_FORCE_MS = 5000;
const POLL_MS = 20;
const QUIET_MS = 5000;

/**
 * From now on sessions on this site are read-only unless they request otherwise. Returns when that is in force, with a
 * time by the database's clock: a transaction that began later cannot write; an earlier one may.
 */
export async function fence(site: Database, withinMs = IN_FORCE_MS): Promise<string> {
  await site.query("alter system set default_transaction_read_only = on", [], withinMs);
  const reload = "select statement_timestamp()::text as at, pg_reload_conf()";
  const [asked] = await site.query<{ at: string }>(reload, [], withinMs);
  const what = `the fence to be in force on ${site.side.toUpperCase()}`;
  // Each query has a session of its own. When the server starts one, it has loaded the settings and told all others to.
  return until({ what, deadlineMs: withinMs, everyMs: POLL_MS }, async () => {
    const [now] = await site.query<{ at: string; isInForce: boolean }>(
      `select clock_timestamp()::text as at, pg_conf_load_time() > $1::timestamptz as "isInForce"`,
      [asked?.at],
      withinMs,
    );
    return now?.isInForce ? now.at : null;
  });
}

/**
 * Terminates the transactions that the FHIR server, or any client with its role, began before that time. None of them
 * was acknowledged. Returns when none is left, with how many there were.
 */
export async function endTransactions(site: Database, beganBefore: string, withinMs: number): Promise<number> {
  const ended = new Set<number>();
  const what = `the open transactions on ${site.side.toUpperCase()} to end`;
  await until({ what, deadlineMs: withinMs, everyMs: POLL_MS }, async () => {
    const open = await site.query<{ pid: number }>(
      "select pid, pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and xact_start < $2::timestamptz",
      [site.clientRole, beganBefore],
      withinMs,
    );
    for (const { pid } of open) ended.add(pid);
    return open.length === 0;
  });
  return ended.size;
}

/** Fences a site: no client can write any more, and every older session is terminated. */
export async function silence(site: Database): Promise<void> {
  const inForceFrom = await fence(site, QUIET_MS);
  const waiting = { deadlineMs: QUIET_MS, everyMs: 20 };
  // Every older session is terminated, not only open transactions: nothing may be lost, and one may have been about to
  // begin a transaction at the moment of the fence. Their writes may finish first: a client waits for those.
  const old = "usename = $1 and backend_start < $2::timestamptz";
  await until({ ...waiting, deadlineMs: 500, what: "the last writes" }, async () => {
    const writing = `select from pg_stat_activity where ${old} and backend_xid is not null`;
    return (await site.query(writing, [site.clientRole, inForceFrom])).length === 0;
  }).catch(() => {});
  await until({ ...waiting, what: "the last sessions to end" }, async () => {
    const ended = `select pg_terminate_backend(pid) from pg_stat_activity where ${old}`;
    return (await site.query(ended, [site.clientRole, inForceFrom])).length === 0;
  });
}

export async function unfence(site: Database): Promise<void> {
  await site.query("alter system reset default_transaction_read_only");
  await site.query("select pg_reload_conf()");
}

/** Whether the application's new sessions are read-only. Our own request read-write, so the setting itself is read. */
export async function isFenced(site: Database): Promise<boolean> {
  const rows = await site.query<{ setting: string }>(
    "select setting from pg_file_settings where name = 'default_transaction_read_only' and applied order by seqno desc limit 1",
  );
  return rows[0]?.setting === "on";
}
