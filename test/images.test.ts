/**
 * The images with wrong settings, and their contents. The published HAPI ignores unknown names, falls back to its own
 * database, and has no shell. A built image must not be more forgiving, or a mistake of the harness would only be
 * noticed where images can be pulled.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DrillFailure } from "../harness/model/program/failure.ts";
import type { ImageUse } from "../harness/model/record/run.ts";
import { type Prerequisites, preparePrerequisites } from "../harness/run/set-up.ts";
import { createNetwork, DrillContainer } from "../harness/systems/lab/container.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";
import { makeGolden } from "../harness/systems/lab/golden.ts";
import { hapiEnvironment } from "../harness/systems/lab/hapi.ts";
import { PATRONI_IMAGES, type PatroniImage, provideImages } from "../harness/systems/lab/images.ts";
import { removeRun } from "../harness/systems/lab/ownership.ts";
import { type Postgres, startPostgres } from "../harness/systems/lab/postgres.ts";
import type { ImageKey } from "../harness/systems/lab/topology.ts";

const RUN = `test-images-${process.pid}`;
/** They boot at the same time. */
const BOOTS_MS = 300_000;

let prerequisites: Prerequisites;
let network: string;

beforeAll(async () => {
  const quiet = { say: () => {}, step: () => {}, event: () => {}, live: () => {} };
  prerequisites = await preparePrerequisites("auto", quiet);
  network = await createNetwork(prerequisites.engine, RUN);
});

afterAll(() => removeRun(prerequisites.engine, RUN));

/** Failures here are intended, so their logs are not kept. */
const noLogs = () => Promise.reject(new Error("a test keeps none"));

const imageOf = (part: ImageKey) => prerequisites.images[part].name;

/** The failure of HAPI with a changed environment. */
function failureWith(seeded: (environment: Record<string, string>) => Record<string, string>): Promise<DrillFailure> {
  return makeGolden(prerequisites.engine, prerequisites.images, noLogs, undefined, (order) =>
    seeded(hapiEnvironment(order)),
  ).then(
    () => Promise.reject(new Error("nothing failed")),
    (failure) => failure,
  );
}

describe.concurrent("HAPI", { timeout: BOOTS_MS }, () => {
  test("without its dialect dies while it creates its schema", async () => {
    const { text } = await failureWith(({ SPRING_JPA_PROPERTIES_HIBERNATE_DIALECT: _, ...others }) => others);
    expect(text.what).toMatch(/hapi-a died while starting/);
  });

  test("without its database URL dies, because its driver does not accept H2's URL", async () => {
    const { text } = await failureWith(({ SPRING_DATASOURCE_URL: _, ...others }) => others);
    expect(text.what).toMatch(/hapi-a died while starting/);
  });

  test("without URL, driver and dialect serves from its own database, and is refused", async () => {
    const { text } = await failureWith((environment) =>
      Object.fromEntries(Object.entries(environment).filter(([name]) => !/DATASOURCE|DIALECT/.test(name))),
    );
    expect(text.what).toBe(`the image ${imageOf("hapi")} does not honour SPRING_DATASOURCE_URL`);
  });

  test("with misspelt names runs, and each lost setting is named", async () => {
    const misspelt = [
      "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE",
      "HAPI_FHIR_SERVER_ID_STRATEGY",
      "HAPI_FHIR_STORE_META_SOURCE_INFORMATION",
      "HAPI_FHIR_REUSE_CACHED_SEARCH_RESULTS_MILLIS",
      "SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT",
    ];
    const { text } = await failureWith((environment) =>
      Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [misspelt.includes(name) ? `${name}X` : name, value]),
      ),
    );
    expect(text.what).toBe(`the image ${imageOf("hapi")} does not honour ${misspelt.join(", ")}`);
  });

  test("has no shell, and is user 65532", async () => {
    await expect(shellIn("hapi")).rejects.toThrow(/executable file not found/);
    expect(await userOf("hapi")).toBe("65532:65532");
  });
});

test("Toxiproxy has no shell", async () => {
  await expect(shellIn("toxiproxy")).rejects.toThrow(/executable file not found/);
});

describe("the images of Patroni's lab", () => {
  let images: Record<PatroniImage, ImageUse>;

  beforeAll(async () => {
    images = await provideImages(prerequisites.engine, { mode: "auto", named: {} }, () => {}, PATRONI_IMAGES);
  });

  const started = (part: PatroniImage, entryPoint: string) =>
    new DrillContainer({ run: RUN, network, image: images[part].name }, `shell-of-${part}`)
      .withEntrypoint([entryPoint])
      .withCommand(["infinity"])
      .start();

  test("etcd has no shell", async () => {
    await expect(started("etcd", "sh")).rejects.toThrow(/executable file not found/);
  });

  test("HAProxy is not root, and Patroni runs as PostgreSQL's account", async () => {
    const docker = dockerOf(prerequisites.engine);
    const users = await Promise.all(
      (["haproxy", "patroni"] as const).map(async (part) => {
        const { Config } = await docker.getImage(images[part].name).inspect();
        return Config.User;
      }),
    );
    expect(users).toEqual(["haproxy", "postgres"]);
    const patroni = await started("patroni", "sleep");
    expect((await patroni.exec(["id", "--user"])).stdout.trim()).toBe("999");
  });
});

test("k6 is user 12345", async () => {
  expect(await userOf("k6")).toBe("12345");
});

describe("PostgreSQL", () => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres(
      prerequisites.engine,
      { run: RUN, network, image: imageOf("postgres") },
      "a",
      "secret",
    );
  });

  test("accepts the same logins as the published image, and no replication connection from another host", async () => {
    const rows = await postgres.query<{ rule: string }>(
      `select concat_ws(' ', type, array_to_string(database, ','), array_to_string(user_name, ','), address, auth_method) as rule
         from pg_hba_file_rules order by rule_number`,
    );
    expect(rows.map(({ rule }) => rule)).toEqual([
      "local all all trust",
      "host all all 127.0.0.1 trust",
      "host all all ::1 trust",
      "local replication all trust",
      "host replication all 127.0.0.1 trust",
      "host replication all ::1 trust",
      "host all all all scram-sha-256",
    ]);
  });

  test("sorts as the published image does", async () => {
    const [row] = await postgres.query(
      "select datcollate, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'hapi'",
    );
    expect(row).toEqual({ datcollate: "en_US.utf8", encoding: "UTF8" });
  });

  test("keeps its data in a volume, as user 999", async () => {
    const { stdout } = await postgres.container.exec(["id", "--user", "postgres"]);
    expect(stdout.trim()).toBe("999");
    const { Mounts } = await dockerOf(prerequisites.engine).getContainer(postgres.container.getId()).inspect();
    expect(Mounts.map(({ Destination }) => Destination)).toEqual(["/var/lib/postgresql/data"]);
  });
});

function shellIn(part: ImageKey): Promise<unknown> {
  return new DrillContainer({ run: RUN, network, image: imageOf(part) }, `shell-${part}`)
    .withEntrypoint(["sh"])
    .start();
}

async function userOf(part: ImageKey): Promise<string> {
  return (await dockerOf(prerequisites.engine).getImage(imageOf(part)).inspect()).Config.User;
}
