/**
 * Stranded versions: versions of resources that only a lost site holds. They come from those transactions of its
 * write-ahead log that the other site had not applied when it was promoted.
 *
 * The slot's position is what the follower had confirmed at the last checkpoint or later; `remoteLsn` is the position
 * that it had really reached. The log names the rows that were inserted; their content is read from the tables.
 */
import type { SiteName } from "../../model/plan/site.ts";
import type { StrandedVersion } from "../../model/record/stranded.ts";
import type { Database } from "../../system/database.ts";
import { SUBSCRIPTIONS } from "./subscription.ts";

/** A temporary slot, so that the permanent one does not advance and this can be repeated. */
const COPY_SLOT = "select pg_copy_logical_replication_slot($1, 'fhirdrill_stranded', true, 'test_decoding')";

/**
 * A marker at the end of the log. Reading up to it never waits for more WAL; on a read-only site that wait would last
 * about 15 s, until the server writes something by itself.
 */
const MARK = "select pg_logical_emit_message(true, 'fhirdrill', 'end')::text as lsn";

const ROWS = `
  with changes as materialized (
         select lsn, xid::text as xid, data
           from pg_logical_slot_peek_changes('fhirdrill_stranded', $2::pg_lsn, null, 'skip-empty-xacts', '1')
          where data like 'COMMIT%' or data like 'table public.hfj_res_ver: INSERT:%'),
       made as (
         select c.lsn, substring(i.data from ' pid\\[bigint\\]:([0-9]+)')::bigint as pid
           from changes c join changes i on i.xid = c.xid and i.data not like 'COMMIT%'
          where c.data like 'COMMIT%' and c.lsn > $1::pg_lsn)
  select dense_rank() over (order by made.lsn)::int as transaction, v.request_id as write, v.pid::float8 as pid,
         r.res_type || '/' || r.fhir_id as resource, v.res_ver::int as version, v.res_text_vc as body
    from made join hfj_res_ver v on v.pid = made.pid join hfj_resource r on r.res_id = v.res_id
   order by made.lsn, v.pid`;

/** The log of a long partition takes long to read. */
const TIMEOUT_MS = 120_000;

type FoundRow = Omit<StrandedVersion, "side" | "body"> & { body: string | null };

export async function strandedOn(
  postgres: Database,
  follower: SiteName,
  remoteLsn: string,
): Promise<StrandedVersion[]> {
  const { side } = postgres;
  const client = await postgres.connect(TIMEOUT_MS);
  try {
    await client.query(COPY_SLOT, [SUBSCRIPTIONS[follower]]);
    const end = (await client.query<{ lsn: string }>(MARK)).rows[0]?.lsn;
    const { rows } = await client.query<FoundRow>(ROWS, [remoteLsn, end]);
    return rows.map(({ body, ...row }) => ({ side, ...row, body: body ? (JSON.parse(body) as object) : null }));
  } finally {
    await client.end();
  }
}
