/**
 * The schema that HAPI makes, kept: the first start of an image lets HAPI build it in an empty database and dumps it;
 * every later drill loads the dump, and both servers can start at once. Keyed by the images that made it and by what they
 * are told, which they are then found to honour.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Say } from "../../model/console/say.ts";
import { DrillFailure } from "../../model/program/failure.ts";
import { until } from "../../system/waiting.ts";
import { createNetwork } from "./container.ts";
import type { Engine } from "./engine.ts";
import { hapiEnvironment, startHapi } from "./hapi.ts";
import { requireHonoured, requireSettings } from "./honoured.ts";
import { removeRun } from "./ownership.ts";
import { DATABASE, HAPI_ROLE, POSTGRES_SETTINGS, type Postgres, startPostgres } from "./postgres.ts";

export interface Golden {
  /** Tables, sequences, indexes. */
  schema: string;
  /** The rows that a first boot leaves behind, and where the sequences stand. */
  data: string;
}

/** Keeps what the containers of a run wrote, and says in which folder. */
type KeepLogs = (run: string) => Promise<string>;

const QUIET_ROUNDS = 5;
const TOLD = { side: "a", database: "pg-a:5432", password: "" } as const;

export async function goldenSchema(
  engine: Engine,
  images: { hapi: { name: string; id: string }; postgres: { name: string; id: string } },
  cache: string,
  say: Say,
  keepLogs: KeepLogs,
  signal?: AbortSignal,
): Promise<Golden> {
  const told = JSON.stringify([hapiEnvironment(TOLD), POSTGRES_SETTINGS]);
  const key = createHash("sha256").update(`${images.hapi.id} ${images.postgres.id} ${told}`).digest("hex").slice(0, 12);
  const file = join(cache, `golden-${key}.json`);
  const kept = await readFile(file, "utf8").catch(() => null);
  if (kept !== null) return JSON.parse(kept);
  say("letting HAPI build its schema once; later drills load it");
  const golden = await makeGolden(engine, images, keepLogs, signal);
  await mkdir(cache, { recursive: true });
  await writeFile(`${file}.part`, JSON.stringify(golden));
  await rename(`${file}.part`, file);
  return golden;
}

export async function createHapiRole(postgres: Postgres, password: string): Promise<void> {
  await postgres.query(`create role ${HAPI_ROLE} with login password '${password}'`);
  await postgres.query(`alter database ${DATABASE} owner to ${HAPI_ROLE}`);
  await postgres.query(`alter schema public owner to ${HAPI_ROLE}`);
}

/** Made anew, and each image with it found to honour what it is told. The environment is HAPI's own, but in tests. */
export async function makeGolden(
  engine: Engine,
  images: Parameters<typeof goldenSchema>[1],
  keepLogs: KeepLogs,
  signal?: AbortSignal,
  environmentOf = hapiEnvironment,
): Promise<Golden> {
  const run = `golden-${randomBytes(4).toString("hex")}`;
  const password = randomBytes(16).toString("hex");
  try {
    const network = await createNetwork(engine, run);
    const postgres = await startPostgres(engine, { run, network, image: images.postgres.name, signal }, "a", password);
    await requireSettings(images.postgres.name, postgres);
    await createHapiRole(postgres, password);
    const order = { ...TOLD, password };
    const hapi = await startHapi(
      engine,
      { run, network, signal, image: images.hapi.name, ...order },
      environmentOf(order),
    );
    const told = hapiEnvironment(order);
    const servers = { engine, hapi, postgres };
    // First of all: tables that are not there would be waited for in vain.
    await requireHonoured(images.hapi.name, servers, { SPRING_DATASOURCE_URL: told.SPRING_DATASOURCE_URL ?? "" });
    await untilFilled(postgres, signal);
    const golden = { schema: await dump(postgres, "--schema-only"), data: await dump(postgres, "--data-only") };
    await requireHonoured(images.hapi.name, servers, told);
    return golden;
  } catch (error) {
    const logs = await keepLogs(run).catch(() => null);
    if (logs === null || !(error instanceof DrillFailure)) throw error;
    throw new DrillFailure({ ...error.text, todo: `${error.text.todo}; the logs are in ${logs}` }, { cause: error });
  } finally {
    await removeRun(engine, run);
  }
}

/**
 * HAPI goes on filling `hfj_spidx_identity` in the background after it calls itself ready. Copied too early, the
 * follower would fill the rest by itself, and the first replicated row would collide.
 */
async function untilFilled(postgres: Postgres, signal?: AbortSignal): Promise<void> {
  let last = "";
  let quiet = 0;
  await until({ what: "HAPI to finish filling its tables", deadlineMs: 180_000, everyMs: 1000, signal }, async () => {
    const [row] = await postgres.query<{ rows: string }>(
      "select (select count(*) from hfj_spidx_identity) || '/' || (select count(*) from hfj_resource_type) as rows",
    );
    const now = row?.rows ?? "";
    quiet = now === last && !now.startsWith("0/") ? quiet + 1 : 0;
    last = now;
    return quiet >= QUIET_ROUNDS;
  });
}

async function dump(postgres: Postgres, part: string): Promise<string> {
  const command = ["pg_dump", "-U", "drill", "--no-owner", "--no-privileges", part, "-n", "public", DATABASE];
  const done = await postgres.container.exec(command, { user: "postgres" });
  if (done.exitCode !== 0) throw new Error(`pg_dump: ${done.output.trim().slice(0, 500)}`);
  // The schema "public" is there already, and newer dumps fence their text with a key that psql alone understands.
  return done.stdout.replace(/^CREATE SCHEMA public;$/m, "");
}
