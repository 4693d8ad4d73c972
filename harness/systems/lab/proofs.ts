/**
 * How a running FHIR server proves that it honours each of its settings that would be lost silently if the image did not
 * read them. Settings without which the server fails loudly (a password, a driver, a dialect) are left out.
 */
import { randomBytes } from "node:crypto";
import { until } from "../../system/waiting.ts";
import { handleOf } from "./container.ts";
import type { Engine } from "./engine.ts";
import type { Hapi } from "./hapi.ts";
import type { Postgres } from "./postgres.ts";

export interface Servers {
  engine: Engine;
  hapi: Hapi;
  /** The database named in its settings. */
  postgres: Postgres;
}

/** Returns what was observed instead; `null` if the setting is honoured. */
type Proof = (servers: Servers, value: string) => Promise<string | null>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A cold server takes long for the first request of a kind. */
const patiently = () => ({ signal: AbortSignal.timeout(60_000) });
/** The pool fills up in the background. */
const POOL_DEADLINE_MS = 15_000;

/** More reads than any pool has connections. They are blocked for less than the driver's own timeout. */
const READS = 40;
const USED_UP_MS = 8000;
/** A machine may be busy for a moment, which is not the image's fault. */
const ATTEMPTS = 2;

/** In the order in which they run: the last one leaves the pool in disorder. */
export const PROOFS: Record<string, Proof> = {
  SPRING_DATASOURCE_URL: async ({ postgres }) => {
    const [row] = await postgres.query<{ made: boolean }>(
      "select to_regclass('public.hfj_resource') is not null as made",
    );
    return row?.made ? null : "it created no tables in the configured database, and serves from another one";
  },
  JAVA_TOOL_OPTIONS: async ({ engine, hapi }) => {
    const log = await handleOf(engine, hapi.container).logs({ stdout: true, stderr: true });
    return log.includes("Picked up JAVA_TOOL_OPTIONS") ? null : "its JVM does not report that it picked them up";
  },
  SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE: async (servers, value) => {
    let open = -1;
    const full = { what: "a full pool", deadlineMs: POOL_DEADLINE_MS, everyMs: 500 };
    await until(full, async () => {
      open = await sessionsOf(servers);
      return open === Number(value);
    }).catch(() => {});
    return open === Number(value) ? null : `it holds ${open} connections, not ${value}`;
  },
  HAPI_FHIR_SERVER_ID_STRATEGY: async ({ hapi }) => {
    const { id } = await create(hapi);
    return UUID.test(id) ? null : `a new Patient got the id ${id}, not a UUID`;
  },
  HAPI_FHIR_STORE_META_SOURCE_INFORMATION: async ({ hapi, postgres }) => {
    const { request } = await create(hapi);
    const rows = await postgres.query("select from hfj_res_ver where request_id = $1", [request]);
    return rows.length === 1 ? null : "the X-Request-ID of a write is not in hfj_res_ver.request_id";
  },
  HAPI_FHIR_REUSE_CACHED_SEARCH_RESULTS_MILLIS: async ({ hapi }) => {
    const name = `honoured-${randomBytes(6).toString("hex")}`;
    const found = async () => {
      const answer = await hapi.request(`Patient?family=${name}`, patiently());
      return ((await answer.json()) as { entry?: unknown[] }).entry?.length ?? 0;
    };
    await found();
    await create(hapi, name);
    return (await found()) === 1 ? null : "a search right after a write was answered from an older search";
  },
  HAPI_FHIR_BULK_EXPORT_ENABLED: async ({ hapi }) => {
    const asked = { headers: { prefer: "respond-async" }, ...patiently() };
    const { status } = await hapi.request("$export?_type=Patient", asked);
    return status === 202 ? null : `$export was answered with ${status}, not 202`;
  },
  SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT: async (servers) => {
    const { id } = await create(servers.hapi);
    for (let left = ATTEMPTS; left > 0; left -= 1)
      if (await answersWithPoolUsedUp(servers, `Patient/${id}`)) return null;
    return `with all connections in use, a read was not answered within ${USED_UP_MS / 1000} s`;
  },
};

/** A lock blocks every read that has a connection; the reads that wait for one must get an error in time. */
async function answersWithPoolUsedUp({ hapi, postgres }: Servers, path: string): Promise<boolean> {
  const session = await postgres.connect();
  try {
    await session.query("begin");
    await session.query("lock table hfj_resource");
    const signal = AbortSignal.timeout(USED_UP_MS);
    const reads = Array.from({ length: READS }, () => hapi.request(path, { signal }));
    return await Promise.any(reads).then(
      ({ ok }) => !ok,
      () => false,
    );
  } finally {
    await session.query("rollback").catch(() => {});
    await session.end().catch(() => {});
  }
}

async function sessionsOf({ hapi, postgres }: Servers): Promise<number> {
  const [row] = await postgres.query<{ open: number }>(
    "select count(*)::int as open from pg_stat_activity where application_name = $1",
    [`hapi-${hapi.side}`],
  );
  return row?.open ?? 0;
}

/** Creates a Patient; returns the id from the server and the request id of the write. */
async function create(hapi: Hapi, family = "honoured"): Promise<{ id: string; request: string }> {
  const request = `h-${randomBytes(6).toString("hex")}`;
  const answer = await hapi.request("Patient", {
    method: "POST",
    headers: { "content-type": "application/fhir+json", "x-request-id": request },
    body: JSON.stringify({ resourceType: "Patient", name: [{ family }] }),
    ...patiently(),
  });
  if (answer.status !== 201) throw new Error(`a create was answered with ${answer.status}: ${await answer.text()}`);
  return { id: ((await answer.json()) as { id: string }).id, request };
}
