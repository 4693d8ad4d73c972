/** An image that ignores settings is refused, and the failure names them. */
import { expect, test } from "vitest";
import type { Hapi } from "./hapi.ts";
import { requireHonoured, requireSettings } from "./honoured.ts";
import { POSTGRES_SETTINGS, type Postgres } from "./postgres.ts";
import { fakeEngine } from "./testing/fake-engine.ts";

function postgresWith(settings: Record<string, string>): Postgres {
  const rows = Object.entries(settings).map(([setting, value]) => ({ setting, value }));
  return { query: async () => rows } as unknown as Postgres;
}

test("a PostgreSQL that honours its arguments is accepted", async () => {
  await requireSettings("postgres:17", postgresWith(POSTGRES_SETTINGS));
});

test("a PostgreSQL whose entry point drops its arguments is refused", async () => {
  const postgres = postgresWith({ ...POSTGRES_SETTINGS, wal_level: "replica", max_connections: "100" });
  await expect(requireSettings("my/postgres:17", postgres)).rejects.toMatchObject({
    text: {
      what: "the image my/postgres:17 does not honour wal_level, max_connections",
      why: "wal_level is replica, not logical; max_connections is 100, not 200",
      todo: "use another image for postgres; docs/images.md lists the settings that it must read",
    },
  });
});

/** A HAPI that returns this response for every request, with a database that returns these rows for every query. */
function servers(answer: { status: number; body: unknown }, rows: unknown[]) {
  const request = async () => new Response(JSON.stringify(answer.body), { status: answer.status });
  const hapi = { side: "a", request } as unknown as Hapi;
  return { engine: fakeEngine(), hapi, postgres: { query: async () => rows } as unknown as Postgres };
}

const created = { status: 201, body: { resourceType: "Patient", id: "1000" } };

test.each([
  ["HAPI_FHIR_SERVER_ID_STRATEGY", servers(created, []), "a new Patient got the id 1000, not a UUID"],
  ["HAPI_FHIR_BULK_EXPORT_ENABLED", servers({ status: 400, body: {} }, []), "$export was answered with 400, not 202"],
  [
    "HAPI_FHIR_STORE_META_SOURCE_INFORMATION",
    servers(created, []),
    "the X-Request-ID of a write is not in hfj_res_ver.request_id",
  ],
  [
    "SPRING_DATASOURCE_URL",
    servers(created, [{ made: false }]),
    "it created no tables in the configured database, and serves from another one",
  ],
])("a HAPI that lost %s is refused", async (setting, lost, why) => {
  const refused = requireHonoured("my/hapi", lost, { [setting]: "value" });
  await expect(refused).rejects.toMatchObject({ text: { what: `the image my/hapi does not honour ${setting}`, why } });
});

test("a setting that is not set is not checked", async () => {
  await requireHonoured("my/hapi", servers({ status: 400, body: {} }, []), {});
});
