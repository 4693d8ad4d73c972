/**
 * A cache of the schema that HAPI creates: on the first use of an image, HAPI creates it in an empty database, and it is
 * dumped. Every later drill loads the dump, and both servers can start at once. The cache key has the images and their
 * settings, which the images are checked to honour on this occasion.
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
  /** The rows that the first boot creates, and the positions of the sequences. */
  data: string;
}

/** Saves the logs of a run's containers; returns the folder. */
type KeepLogs = (run: string) => Promise<string>;

const QUIET_ROUNDS = 5;
const SETTINGS = { side: "a", database: "pg-a:5432", password: "" } as const;

export async function goldenSchema(
  engine: Engine,
  images: { hapi: { name: string; id: string }; postgres: { name: string; id: string } },
  cache: string,
  say: Say,
  keepLogs: KeepLogs,
  signal?: AbortSignal,
): Promise<Golden> {
  const settings = JSON.stringify([hapiEnvironment(SETTINGS), POSTGRES_SETTINGS]);
  const key = createHash("sha256")
    .update(`${images.hapi.id} ${images.postgres.id} ${settings}`)
    .digest("hex")
    .slice(0, 12);
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

/** Creates it, and checks that both images honour their settings. Only tests pass another environment. */
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
    const options = { ...SETTINGS, password };
    const hapi = await startHapi(
      engine,
      { run, network, signal, image: images.hapi.name, ...options },
      environmentOf(options),
    );
    const settings = hapiEnvironment(options);
    const servers = { engine, hapi, postgres };
    // First of all: without the right database, waiting for its tables would time out.
    await requireHonoured(images.hapi.name, servers, { SPRING_DATASOURCE_URL: settings.SPRING_DATASOURCE_URL ?? "" });
    await untilFilled(postgres, signal);
    const golden = { schema: await dump(postgres, "--schema-only"), data: await dump(postgres, "--data-only") };
    await requireHonoured(images.hapi.name, servers, settings);
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
 * HAPI fills `hfj_spidx_identity` in the background after it reports ready. If it were copied too early, the follower
 * would fill in the rest by itself, and the first replicated row would collide.
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
  // The schema "public" exists already. Newer dumps contain `\restrict`, which only psql understands.
  return done.stdout.replace(/^CREATE SCHEMA public;$/m, "");
}
