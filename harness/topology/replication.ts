/**
 * B follows A by logical replication, and may do nothing else until it is promoted.
 *
 * Measured facts behind the settings: without `synchronous_commit=on` the subscription makes a waiting primary slow and
 * loses what it had confirmed when both sides die; without `tcp_user_timeout` it stays down a minute after a healed
 * partition; with `disable_on_error`, a link that breaks for a moment is an error, and B never follows again. Sequences
 * are not replicated: B's are moved out of A's way before HAPI B takes its first number.
 */
import type { Config } from "../model/config.ts";
import { DATABASE, type Postgres } from "./postgres.ts";
import { until } from "./waiting.ts";

export const SUBSCRIPTION = "fhirdrill_ab";
const PUBLICATION = "fhirdrill_a";
const REPLICATION_ROLE = "replicator";

/** What a server keeps for itself: search caches, jobs, queues. Replicated, the other side would act on them. */
const PRIVATE_TABLES = [
  "hfj_search",
  "hfj_search_include",
  "hfj_search_result",
  "bt2_job_instance",
  "bt2_work_chunk",
  "hfj_blk_export_job",
  "hfj_blk_export_collection",
  "hfj_blk_export_colfile",
  "hfj_blk_import_job",
  "hfj_blk_import_jobfile",
  "hfj_res_reindex_job",
  "hfj_resource_modified",
  "hfj_subscription_stats",
];

/** A row that the harness stamps on A and reads on B: the lag that does not lie. */
export const HEARTBEAT_TABLE = `
  create schema if not exists fhirdrill;
  create table fhirdrill.heartbeat (id integer primary key, at_ms double precision not null);`;

export async function publish(a: Postgres, password: string): Promise<number> {
  await a.query(`create role ${REPLICATION_ROLE} with login replication password '${password}'`);
  await a.query(`insert into fhirdrill.heartbeat values (1, 0)`);
  const rows = await a.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('public', 'fhirdrill') and tablename <> all ($1) order by 1`,
    [PRIVATE_TABLES],
  );
  const names = rows.map((row) => row.name);
  await a.query(`create publication ${PUBLICATION} for table ${names.join(", ")}`);
  await a.query(`grant usage on schema public, fhirdrill to ${REPLICATION_ROLE}`);
  await a.query(`grant select on ${names.join(", ")} to ${REPLICATION_ROLE}`);
  return names.length;
}

const COPY_DEADLINE_MS = 120_000;

/** `link` is where B finds A, as `host:port`. Returns when every table was copied and is followed. */
export async function subscribe(
  b: Postgres,
  link: string,
  password: string,
  signal?: AbortSignal,
  deadlineMs = COPY_DEADLINE_MS,
): Promise<void> {
  const [host, port] = link.split(":");
  const keepalive = "keepalives_idle=2 keepalives_interval=1 keepalives_count=3 tcp_user_timeout=3000";
  const connection = `host=${host} port=${port} dbname=${DATABASE} user=${REPLICATION_ROLE} password=${password} ${keepalive}`;
  await b.query(
    `create subscription ${SUBSCRIPTION} connection '${connection}' publication ${PUBLICATION}
       with (copy_data = true, synchronous_commit = on, origin = none)`,
  );
  await until({ what: "every table to be copied to B", deadlineMs, everyMs: 100, signal }, async () => {
    const [row] = await b.query<{ waiting: string }>(
      "select count(*) as waiting from pg_subscription_rel where srsubstate <> 'r'",
    );
    return row?.waiting === "0";
  });
}

/** What was copied: tables that B follows, their rows there, and the bytes they take with their indexes. */
export async function copiedTo(b: Postgres): Promise<{ tables: number; rows: number; bytes: number }> {
  const tables = await b.query<{ name: string; bytes: number }>(
    `select srrelid::regclass::text as name, pg_total_relation_size(srrelid)::float8 as bytes
       from pg_subscription_rel where srsubstate = 'r'`,
  );
  const counts = tables.map(({ name }) => `select count(*)::float8 as rows from ${name}`).join(" union all ");
  const [sum] = await b.query<{ rows: number }>(`select sum(rows)::float8 as rows from (${counts}) as counted`);
  return {
    tables: tables.length,
    rows: sum?.rows ?? 0,
    bytes: tables.reduce((bytes, table) => bytes + table.bytes, 0),
  };
}

/** Moves B's sequences to a range that A never reaches. Two of them feed columns too small for a billion. */
export async function separateSequences(b: Postgres): Promise<number> {
  const rows = await b.query<{ sequencename: string }>(
    "select sequencename from pg_sequences where schemaname = 'public'",
  );
  const starts: Record<string, number> = { seq_resource_type: 20_001, seq_spidx_identity: 1_000_001 };
  const statements = rows.map(
    ({ sequencename: name }) => `alter sequence public."${name}" restart with ${starts[name] ?? 1_000_000_001}`,
  );
  await b.query(statements.join("; "));
  return rows.length;
}

/** From now on sessions on this side can only read, unless they ask otherwise; replication goes on applying. */
export async function fence(side: Postgres, timeoutMs?: number): Promise<void> {
  await side.query("alter system set default_transaction_read_only = on", [], timeoutMs);
  await side.query("select pg_reload_conf()", [], timeoutMs);
}

export async function unfence(side: Postgres): Promise<void> {
  await side.query("alter system reset default_transaction_read_only");
  await side.query("select pg_reload_conf()");
}

/** Whether new sessions of the application can write. Our own ask for read-write, so the setting itself is read. */
export async function isFenced(side: Postgres): Promise<boolean> {
  const rows = await side.query<{ setting: string }>(
    "select setting from pg_file_settings where name = 'default_transaction_read_only' and applied order by seqno desc limit 1",
  );
  return rows[0]?.setting === "on";
}

/**
 * Makes A wait for B's flush or for its apply, if the configuration says so; only once B follows, else nothing could be
 * written. Sessions that are open already do so from their next commit on.
 *
 * B flushes what it applies, by its subscription's own setting; so both ways wait for much the same, and neither
 * acknowledges what B still waits to apply.
 */
export async function setDurability(a: Postgres, replication: Config["replication"]): Promise<void> {
  const names = replication === "async" ? "" : `FIRST 1 (${SUBSCRIPTION})`;
  await a.query(`alter system set synchronous_commit = ${replication === "sync-apply" ? "remote_apply" : "on"}`);
  await a.query(`alter system set synchronous_standby_names = '${names}'`);
  await a.query("select pg_reload_conf()");
}
