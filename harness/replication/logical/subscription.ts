/**
 * One site follows the other by logical replication. B follows A first, and does nothing else until it is promoted.
 *
 * Measured reasons for the settings: without `synchronous_commit=on`, the subscription slows down a synchronous primary
 * and loses confirmed changes when both sites die; without `tcp_user_timeout`, it stays down for a minute after a
 * partition heals; with `disable_on_error`, a short break of the link is an error and B never follows again. With
 * `origin=none`, a change is not sent back to its origin. Sequences are not replicated: B's use a disjoint range, set
 * before HAPI B takes its first number, and each site continues with its own.
 */
import type { Config } from "../../model/plan/config.ts";
import { otherSite, type SiteName } from "../../model/plan/site.ts";
import { type Address, hostAndPort } from "../../system/address.ts";
import type { Database } from "../../system/database.ts";
import { until } from "../../system/waiting.ts";
import { FIRST_HEARTBEAT } from "../heartbeat.ts";
import { fence } from "./fence.ts";

/** By the follower; its slot on the other site has the same name. */
export const SUBSCRIPTIONS: Record<SiteName, string> = { a: "fhirdrill_ba", b: "fhirdrill_ab" };
/** By the primary. */
const PUBLICATIONS: Record<SiteName, string> = { a: "fhirdrill_a", b: "fhirdrill_b" };
const REPLICATION_ROLE = "replicator";

/**
 * Jobs promised to clients, such as an export, with their progress. Only a fenced follower gets them: unfenced, its own
 * scheduler would run them a second time.
 */
const JOB_TABLES = ["bt2_job_instance", "bt2_work_chunk"];

/**
 * A server's private data: search caches and queues. If they were replicated, the other site would act on them.
 */
const PRIVATE_TABLES = [
  "hfj_search",
  "hfj_search_include",
  "hfj_search_result",
  "hfj_blk_export_job",
  "hfj_blk_export_collection",
  "hfj_blk_export_colfile",
  "hfj_blk_import_job",
  "hfj_blk_import_jobfile",
  "hfj_res_reindex_job",
  "hfj_resource_modified",
  "hfj_subscription_stats",
];

/** Both sites publish from the beginning, to save that time after a disaster. */
export async function publishBoth(
  { a, b }: Record<SiteName, Database>,
  password: string,
  config: Pick<Config, "fencing">,
): Promise<void> {
  await a.query(FIRST_HEARTBEAT);
  await Promise.all([a, b].map((postgres) => publish(postgres, password, config)));
}

/** Prepares a site for being followed. */
export async function publish(
  postgres: Database,
  password: string,
  { fencing }: Pick<Config, "fencing">,
): Promise<void> {
  const rows = await postgres.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('public', 'fhirdrill') and tablename <> all ($1) order by 1`,
    [fencing ? PRIVATE_TABLES : [...PRIVATE_TABLES, ...JOB_TABLES]],
  );
  const tables = rows.map(({ name }) => name).join(", ");
  await postgres.query(`create role ${REPLICATION_ROLE} with login replication password '${password}'`);
  await postgres.query(`create publication ${PUBLICATIONS[postgres.side]} for table ${tables}`);
  await postgres.query(`grant usage on schema public, fhirdrill to ${REPLICATION_ROLE}`);
  await postgres.query(`grant select on ${tables} to ${REPLICATION_ROLE}`);
}

/**
 * Prepares to follow the other site, which must answer at that address. `copy`: everything there is copied first.
 * `go on`: this site holds what the other one held when the slot there was created.
 */
export async function subscribe(
  follower: Database,
  { address, password }: { address: Address; password: string },
  how: "copy" | "go on",
): Promise<void> {
  const { host, port } = hostAndPort(address);
  const keepalive = "keepalives_idle=2 keepalives_interval=1 keepalives_count=3 tcp_user_timeout=3000";
  const connection = `host=${host} port=${port} dbname=${follower.name} user=${REPLICATION_ROLE} password=${password} ${keepalive}`;
  const copies = how === "copy";
  await follower.query(
    `create subscription ${SUBSCRIPTIONS[follower.side]} connection '${connection}'
       publication ${PUBLICATIONS[otherSite(follower.side)]}
       with (enabled = false, copy_data = ${copies}, create_slot = ${copies}, synchronous_commit = on, origin = none)`,
  );
}

/**
 * Empties the published tables: a copy into tables that hold rows would collide with them. Both sites publish the same
 * tables.
 */
export async function emptyTables(follower: Database): Promise<void> {
  const rows = await follower.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_publication_tables where pubname = $1",
    [PUBLICATIONS[follower.side]],
  );
  await follower.query(`truncate ${rows.map(({ name }) => name).join(", ")} cascade`);
}

const COPY_DEADLINE_MS = 120_000;

/** Returns when every table has been copied and is followed. */
export async function startFollowing(
  follower: Database,
  signal?: AbortSignal,
  deadlineMs = COPY_DEADLINE_MS,
): Promise<void> {
  const { side } = follower;
  await follower.query(`alter subscription ${SUBSCRIPTIONS[side]} enable`);
  const what = `the initial sync on ${side.toUpperCase()}`;
  await until({ what, deadlineMs, everyMs: 100, signal }, async () => {
    const [row] = await follower.query<{ follows: boolean }>(
      `select not exists (select from pg_subscription_rel where srsubstate <> 'r')
          and exists (select from pg_stat_subscription where subname = $1 and relid is null and pid is not null)
           as follows`,
      [SUBSCRIPTIONS[side]],
    );
    return row?.follows === true;
  });
}

/** What was copied: the subscribed tables, their rows on B, and their size in bytes with indexes. */
export async function copiedTo(b: Database): Promise<{ tables: number; rows: number; bytes: number }> {
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

/** Moves B's sequences to a range that A never reaches. Two of them fill columns too small for a billion. */
async function separateSequences(b: Database): Promise<number> {
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

/** Called when B holds all that A holds and follows it: sets durability and fence as configured. */
export async function makeStandby(
  { a, b }: Record<SiteName, Database>,
  { replication, fencing }: Pick<Config, "replication" | "fencing">,
): Promise<void> {
  await separateSequences(b);
  await setDurability(a, replication);
  if (fencing) await fence(b);
}

/**
 * Makes a primary's commits wait for its follower's flush or apply, as configured. Call it only when the follower follows:
 * before that nothing could be written. Open sessions wait from their next commit on.
 *
 * The follower flushes what it applies, by its subscription's setting. So both modes wait for much the same, and neither
 * acknowledges what is not applied yet.
 */
export async function setDurability(primary: Database, replication: Config["replication"]): Promise<void> {
  const names = replication === "async" ? "" : `FIRST 1 (${SUBSCRIPTIONS[otherSite(primary.side)]})`;
  await primary.query(`alter system set synchronous_standby_names = '${names}'`);
  await primary.query(
    `alter system set synchronous_commit = ${replication === "sync-apply" ? "remote_apply" : "'on'"}`,
  );
  await primary.query("select pg_reload_conf()");
}
