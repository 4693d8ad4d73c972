/**
 * Makes a follower a primary of its own, by the order that does not hang: a plain DROP SUBSCRIPTION waits minutes for a
 * publisher that is silent, and holds a lock meanwhile. Where the follower had got to is read before it is dropped, and
 * after the last transaction was applied; later nobody knows.
 */

import type { Database } from "../../system/database.ts";
import { until } from "../../system/waiting.ts";
import { SUBSCRIPTIONS } from "./subscription.ts";

/** The worker may hang in connect(), or apply what it has received already. */
const WORKER_WAIT_MS = 500;

/** Up to where it had applied what the other side did; `null` when it did not follow. */
export async function stopFollowing(follower: Database): Promise<string | null> {
  const name = SUBSCRIPTIONS[follower.side];
  const client = await follower.connect();
  const isIdle = async () => {
    const { rows } = await client.query(
      "select from pg_stat_subscription where subname = $1 and relid is null and pid is not null",
      [name],
    );
    return rows.length === 0;
  };
  const untilIdle = () =>
    until({ what: "the apply worker to stop", deadlineMs: WORKER_WAIT_MS, everyMs: 50 }, isIdle).catch(() => false);
  try {
    const { rowCount } = await client.query("select from pg_subscription where subname = $1", [name]);
    if (rowCount === 0) return null;
    await client.query(`alter subscription ${name} disable`);
    if (!(await untilIdle())) {
      // One that went on applying would be further than what is read now.
      await client.query("select pg_terminate_backend(pid) from pg_stat_subscription where subname = $1", [name]);
      await untilIdle();
    }
    const { rows } = await client.query<{ remote_lsn: string | null }>(
      `select o.remote_lsn from pg_replication_origin_status o
         join pg_subscription s on o.external_id = 'pg_' || s.oid where s.subname = $1`,
      [name],
    );
    await client.query(`alter subscription ${name} set (slot_name = none)`);
    await client.query(`drop subscription ${name}`);
    return rows[0]?.remote_lsn ?? null;
  } finally {
    await client.end();
  }
}
