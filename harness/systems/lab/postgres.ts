/** One site's PostgreSQL. */

import pg from "pg";
import type { StartedTestContainer } from "testcontainers";
import type { SiteName } from "../../model/plan/site.ts";
import { DrillFailure } from "../../model/program/failure.ts";
import { type Address, hostAndPort } from "../../system/address.ts";
import type { Database } from "../../system/database.ts";
import { currentPort, DrillContainer, handleOf, untilAnswers, type Where } from "./container.ts";
import type { Volume } from "./disk.ts";
import type { Engine } from "./engine.ts";
import { dockerOf } from "./engine-client.ts";
import { type DataKey, encryptedFolder, withDataKey } from "./vault/data-key.ts";

export const DATABASE = "hapi";
export const ADMIN = "drill";
export const PORT = 5432;

/** Measured to work together: short timeouts, so that a broken link is detected within seconds. */
export const POSTGRES_SETTINGS = {
  wal_level: "logical",
  max_wal_senders: "20",
  max_replication_slots: "20",
  max_worker_processes: "32",
  max_logical_replication_workers: "16",
  max_sync_workers_per_subscription: "4",
  wal_sender_timeout: "5s",
  wal_receiver_timeout: "5s",
  wal_retrieve_retry_interval: "500ms",
  track_commit_timestamp: "on",
  shared_buffers: "256MB",
  max_connections: "200",
};

/** The role of the FHIR servers. */
export const HAPI_ROLE = "hapi";
const STOP_SECONDS = 20;

export interface Postgres extends Database {
  container: StartedTestContainer;
  /** Runs a file of SQL through psql, in one transaction, as the given role. */
  runFile: (content: string, role: string) => Promise<void>;
}

export async function startPostgres(
  engine: Engine,
  where: Where,
  side: SiteName,
  password: string,
  { disk, dataKey }: { disk?: Volume | undefined; dataKey?: DataKey | undefined } = {},
): Promise<Postgres> {
  const mounted = [
    ...(disk ? [{ source: disk.volume, target: await dataFolderOf(engine, where.image) }] : []),
    ...(dataKey ? [encryptedFolder(dataKey)] : []),
  ];
  const prepared = new DrillContainer(where, `pg-${side}`)
    .withBindMounts(mounted)
    .withEnvironment({ POSTGRES_USER: ADMIN, POSTGRES_PASSWORD: password, POSTGRES_DB: DATABASE })
    .withCommand([
      "postgres",
      ...Object.entries(POSTGRES_SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ])
    .withLoopbackPorts(PORT);
  if (dataKey) withDataKey(prepared, dataKey);
  const container = await prepared.start();
  const postgres = postgresOf(engine, container, side, password);
  await postgres.untilReady(where.signal);
  return postgres;
}

/** Up to version 17 it is /var/lib/postgresql/data; from 18 on the path contains the version. */
export async function dataFolderOf(engine: Engine, image: string): Promise<string> {
  const { Config } = await dockerOf(engine).getImage(image).inspect();
  const [, folder] = (Config.Env ?? []).map((line) => /^PGDATA=(.+)$/.exec(line)).find((match) => match !== null) ?? [];
  if (folder) return folder;
  throw new DrillFailure({
    what: `${image} does not declare its data directory`,
    why: "it sets no PGDATA, and this scenario gives the database a small disk of its own",
    todo: "name an image that sets PGDATA, as the published one does",
  });
}

/** The server in a started container. */
export function postgresOf(
  engine: Engine,
  container: StartedTestContainer,
  side: SiteName,
  password: string,
): Postgres {
  const connectAs = async (own: pg.ClientConfig, timeoutMs: number, by?: Address): Promise<pg.Client> => {
    const client = new pg.Client({
      ...hostAndPort(by ?? `127.0.0.1:${await currentPort(engine, container, PORT)}`),
      ...{ password, database: DATABASE, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs },
      ...own,
    });
    // A killed server ends idle connections too; the next query shows that to their user.
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  const connect: Database["connect"] = (timeoutMs = 10_000, by) => {
    const options = "-c default_transaction_read_only=off";
    return connectAs({ user: ADMIN, application_name: "fhirdrill", options }, timeoutMs, by);
  };
  const query: Database["query"] = async (sql, values = [], timeoutMs) => {
    const client = await connect(timeoutMs);
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  /**
   * The published image starts a temporary server while it initializes, so only an answered query on the port means
   * ready.
   */
  const untilReady = async (signal?: AbortSignal) => {
    const what = `PostgreSQL ${side.toUpperCase()} to answer`;
    const waiting = { what, deadlineMs: 60_000, everyMs: 100, signal };
    await untilAnswers(engine, container, waiting, () => query("select 1"));
  };
  return {
    ...{ side, container, name: DATABASE, clientRole: HAPI_ROLE, connect, query, untilReady },
    connectAsClient: (timeoutMs) => connectAs({ user: HAPI_ROLE, application_name: "another application" }, timeoutMs),
    killProcess: async (pid) => {
      const killed = await container.exec(["sh", "-c", `kill -KILL ${pid}`]);
      if (killed.exitCode !== 0) throw new Error(`kill: ${killed.output.trim()}`);
    },
    restart: async (signal) => {
      await handleOf(engine, container).restart({ t: STOP_SECONDS });
      await untilReady(signal);
    },
    runFile: async (content, role) => {
      const target = `/tmp/${role}-${Date.now()}.sql`;
      await container.copyContentToContainer([{ content, target, mode: 0o644 }]);
      const command = ["psql", "-q", "-X", "-1", "-v", "ON_ERROR_STOP=1", "-U", role, "-d", DATABASE, "-f", target];
      const done = await container.exec(command, { user: "postgres" });
      if (done.exitCode !== 0) throw new Error(`psql on ${side}: ${done.output.trim().slice(0, 500)}`);
    },
  };
}
