/** A primary's replication slots: what it keeps for its follower, and how much of that the follower has confirmed. */
import type { SiteName } from "../../model/plan/site.ts";
import type { Database } from "../../system/database.ts";
import { until, type Waiting } from "../../system/waiting.ts";
import { SUBSCRIPTIONS } from "./subscription.ts";

/** Keeps all later changes for the follower: one that holds what the primary holds now misses nothing. */
export async function createSlot(primary: Database, follower: SiteName): Promise<void> {
  await primary.query("select pg_create_logical_replication_slot($1, 'pgoutput')", [SUBSCRIPTIONS[follower]]);
}

/** Drops all slots, those of unfinished copies included: unused slots would fill the disk. */
export async function dropSlots(primary: Database): Promise<void> {
  const what = `${primary.side.toUpperCase()} to drop its follower's slots`;
  await until({ what, deadlineMs: 10_000, everyMs: 50 }, async () => {
    const slots = await primary.query("select from pg_replication_slots where not temporary");
    if (slots.length === 0) return true;
    await primary.query("select pg_terminate_backend(active_pid) from pg_replication_slots where active");
    await primary.query(
      "select pg_drop_replication_slot(slot_name) from pg_replication_slots where not temporary and not active",
    );
    return null;
  });
}

/** How many bytes the follower lacks; `null` when it is not connected. */
export async function lagBytes(primary: Database, follower: SiteName): Promise<number | null> {
  const [row] = await primary.query<{ bytes: number }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), confirmed_flush_lsn)::float8 as bytes
       from pg_replication_slots where slot_name = $1 and active`,
    [SUBSCRIPTIONS[follower]],
  );
  return row?.bytes ?? null;
}

/** The position up to which the primary has written. */
export async function writtenLsn(primary: Database, timeoutMs?: number): Promise<string> {
  const [now] = await primary.query<{ lsn: string }>("select pg_current_wal_insert_lsn() as lsn", [], timeoutMs);
  return now?.lsn as string;
}

/** How many bytes up to there the follower has not confirmed, connected or not; `null` when nothing is kept for it. */
export async function unconfirmedBytes(
  primary: Database,
  follower: SiteName,
  lsn: string,
  timeoutMs?: number,
): Promise<number | null> {
  const [row] = await primary.query<{ bytes: number }>(
    `select greatest(0, pg_wal_lsn_diff($2::pg_lsn, confirmed_flush_lsn))::float8 as bytes
       from pg_replication_slots where slot_name = $1`,
    [SUBSCRIPTIONS[follower], lsn],
    timeoutMs,
  );
  return row?.bytes ?? null;
}

/** Waits until the follower has confirmed all that the primary holds now. */
export async function untilConfirmed(
  primary: Database,
  follower: SiteName,
  waiting: Omit<Waiting, "what">,
): Promise<void> {
  const lsn = await writtenLsn(primary);
  const what = `${follower.toUpperCase()} to confirm all that ${primary.side.toUpperCase()} holds`;
  await until({ everyMs: 20, ...waiting, what }, async () => (await unconfirmedBytes(primary, follower, lsn)) === 0);
}
