/**
 * Makes B a primary of its own, by the order that does not hang: a plain DROP SUBSCRIPTION waits minutes for a publisher
 * that is silent, and holds a lock meanwhile. Where B had got to is read before it is dropped; afterwards nobody knows.
 */
import type { Postgres } from "../topology/postgres.ts";
import { isFenced, SUBSCRIPTION, unfence } from "../topology/replication.ts";
import { until } from "../topology/waiting.ts";

/** The worker may hang in connect(); the drop ends it then. */
const WORKER_WAIT_MS = 500;

export async function promote(b: Postgres): Promise<{ remoteLsn: string | null; fenced: boolean }> {
  const client = await b.connect();
  try {
    await client.query(`alter subscription ${SUBSCRIPTION} disable`);
    await until({ what: "the apply worker to stop", deadlineMs: WORKER_WAIT_MS, everyMs: 50 }, async () => {
      const { rows } = await client.query("select 1 from pg_stat_subscription where subname = $1 and pid is not null", [
        SUBSCRIPTION,
      ]);
      return rows.length === 0;
    }).catch(() => {});
    const { rows } = await client.query<{ remote_lsn: string | null }>(
      `select o.remote_lsn from pg_replication_origin_status o
         join pg_subscription s on o.external_id = 'pg_' || s.oid where s.subname = $1`,
      [SUBSCRIPTION],
    );
    await client.query(`alter subscription ${SUBSCRIPTION} set (slot_name = none)`);
    await client.query(`drop subscription ${SUBSCRIPTION}`);
    await unfence(b);
    return { remoteLsn: rows[0]?.remote_lsn ?? null, fenced: await isFenced(b) };
  } finally {
    await client.end();
  }
}
