/**
 * Ends a subscription in steps that do not hang: a plain DROP SUBSCRIPTION waits minutes for a silent publisher and holds
 * a lock meanwhile. The follower's position is read after the last transaction is applied and before the subscription is
 * dropped, which deletes it.
 */

import type { Database } from "../../system/database.ts";
import { until } from "../../system/waiting.ts";
import { SUBSCRIPTIONS } from "./subscription.ts";

/** The worker may hang in connect(), or be applying what it has received. */
const WORKER_WAIT_MS = 500;

/** The other site's position up to which this one has applied; `null` when it did not follow. */
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
      // A worker that still applied would get past the position read below.
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
