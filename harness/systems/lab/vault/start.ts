/**
 * The vault of a lab, and its clients:
 *
 *     data:    vault ─► PostgreSQL A, PostgreSQL B, each at its start
 *     access:  vault ─► renewer A ─► HAPI A
 *                  └──► renewer B ─► HAPI B
 *
 * The vault is at neither site and is not lost with one; each renewer is at its site.
 */

import { SITES, type SiteName } from "../../../model/plan/site.ts";
import type { VaultSettings } from "../../../model/plan/vault.ts";
import type { Vault } from "../../../system/vault.ts";
import { allStarted } from "../all-started.ts";
import { type Contained, componentOf } from "../component.ts";
import { handleOf, type Where } from "../container.ts";
import { readLog } from "../container-log.ts";
import type { Engine } from "../engine.ts";
import { dockerOf } from "../engine-client.ts";
import { labelsOf } from "../ownership.ts";
import type { Postgres } from "../postgres.ts";
import {
  type AccessSettings,
  type ClientCertificates,
  type Renewer,
  startRenewer,
  statusIn,
} from "./client-certificates.ts";
import { customersKey, type DataKey } from "./data-key.ts";
import { startServer, VAULT_PORT, type VaultServer } from "./server.ts";
import { issuer, requireCertificates } from "./server-certificates.ts";
import { encryptedData } from "./stolen-data.ts";

export interface VaultOptions {
  settings: VaultSettings;
  /** `postgres`: `encrypted-postgres` if the vault guards data. */
  images: { openbao: string; postgres: string };
}

/** A running vault without clients. */
export interface VaultLab {
  contained: Contained;
  /** For the start of the databases. */
  dataKeys: Partial<Record<SiteName, DataKey>>;
  /** Called when the databases run: connects them or the FHIR servers to the vault. */
  attach: (databases: Record<SiteName, Postgres>, tools: Where) => Promise<Dependants>;
}

export interface Dependants {
  vault: Vault;
  /** For the start of the FHIR servers. */
  certificates: Partial<Record<SiteName, ClientCertificates>>;
  renewers: Partial<Record<SiteName, Renewer>>;
}

type At = Omit<Where, "image">;

/** One site's client of the vault. */
interface Client {
  ask: () => Promise<number>;
  ledger: () => Promise<string>;
}

export async function startVault(engine: Engine, where: At, { settings, images }: VaultOptions): Promise<VaultLab> {
  const server = await startServer(engine, { ...where, image: images.openbao });
  const contained: Contained = { container: server.container, answers: server.answers };
  const vaultOf = (clients: Record<SiteName, Client>): Omit<Vault, "data"> => ({
    guards: settings.guards,
    component: componentOf(engine, contained),
    port: VAULT_PORT,
    askAsClient: async () => {
      for (const side of SITES) {
        const status = await clients[side].ask().catch(() => null);
        if (status !== null) return status;
      }
      return null;
    },
    isAllowed: server.isAllowed,
    setAllowed: server.setAllowed,
    clientLedger: (side) => clients[side].ledger(),
  });
  const volumesOf = async (name: string) => {
    const [a, b] = await Promise.all(SITES.map((side) => createVolume(engine, where.run, `${name}-${side}`)));
    return { a, b } as Record<SiteName, string>;
  };

  if (settings.guards === "data") {
    const volumes = await volumesOf("data");
    const { token, wrap } = await customersKey(server);
    const keyOf = async (side: SiteName): Promise<DataKey> => ({
      ...{ side, token, wrapped: await wrap(), retrySeconds: settings.retrySeconds, volume: volumes[side] },
    });
    return {
      contained,
      dataKeys: { a: await keyOf("a"), b: await keyOf("b") },
      attach: async (databases, tools) => ({
        vault: {
          ...vaultOf({ a: databaseAsClient(engine, databases.a), b: databaseAsClient(engine, databases.b) }),
          data: encryptedData(tools, databases, volumes),
        },
        ...{ certificates: {}, renewers: {} },
      }),
    };
  }
  const volumes = await volumesOf("certificates");
  return {
    contained,
    dataKeys: {},
    attach: async (databases) => {
      const renewers = await startAccess(engine, { ...where, image: images.openbao }, settings, {
        ...{ server, databases, volumes },
      });
      const { maxLifetimeSeconds } = settings;
      return {
        vault: { ...vaultOf(renewers), data: null },
        certificates: {
          a: { volume: volumes.a, maxLifetimeSeconds },
          b: { volume: volumes.b, maxLifetimeSeconds },
        },
        renewers,
      };
    },
  };
}

async function startAccess(
  engine: Engine,
  where: Where,
  settings: AccessSettings,
  {
    server,
    databases,
    volumes,
  }: Record<"databases", Record<SiteName, Postgres>> & {
    server: VaultServer;
    volumes: Record<SiteName, string>;
  },
): Promise<Record<SiteName, Renewer>> {
  const issued = await issuer(server, settings);
  for (const side of SITES) await requireCertificates(databases[side], issued);
  const { token, authority } = issued;
  const renewerOf = (side: SiteName) =>
    startRenewer(engine, where, side, { settings, token, authority, volume: volumes[side] });
  const [a, b] = await allStarted([renewerOf("a"), renewerOf("b")]);
  return { a, b };
}

/** The container's entry point logs to stdout; the server itself logs to stderr. */
function databaseAsClient(engine: Engine, { container }: Postgres): Client {
  return {
    ask: async () => statusIn((await container.exec(["data-key", "status"])).stdout),
    ledger: async () => {
      const text = (await readLog(handleOf(engine, container), { stderr: false })).toString("utf8");
      return text
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .join("\n");
    },
  };
}

/** The volume is removed with the run. */
async function createVolume(engine: Engine, run: string, name: string): Promise<string> {
  const volume = `fhirdrill-${run}-${name}`;
  await dockerOf(engine).createVolume({ Name: volume, Labels: labelsOf(run) });
  return volume;
}
