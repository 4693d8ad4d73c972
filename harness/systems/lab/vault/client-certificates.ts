/**
 * The client certificates of one site's FHIR server: a renewer gets them from the vault and shares them with the server in
 * a volume. The driver reads key and certificate for each new connection, so the server does not need to know the vault.
 */
import { readFile } from "node:fs/promises";
import type { StartedTestContainer } from "testcontainers";
import type { SiteName } from "../../../model/plan/site.ts";
import type { VaultSettings } from "../../../model/plan/vault.ts";
import { DrillContainer, handleOf, untilAnswers, type Where } from "../container.ts";
import { readLog } from "../container-log.ts";
import type { Engine } from "../engine.ts";
import { VAULT_URL } from "./server.ts";

const FOLDER = "/certificates";
const PROGRAM = "/renew.sh";
const SCRIPT = new URL("../../../../docker/openbao/renew.sh", import.meta.url);

export type AccessSettings = Extract<VaultSettings, { guards: "access" }>;

export interface ClientCertificates extends Pick<AccessSettings, "maxLifetimeSeconds"> {
  /** Shared by the renewer and the FHIR server of a site. */
  volume: string;
}

/** Verifies the CA of the server's certificate, but not the host name, because a link has another name. */
export function certificatesInUrl(): string {
  const files = { sslrootcert: "ca.crt", sslcert: "current/hapi.crt", sslkey: "current/hapi.pk8" };
  return ["sslmode=verify-ca", ...Object.entries(files).map(([name, file]) => `${name}=${FOLDER}/${file}`)].join("&");
}

/** Call it before the container is started. */
export function withCertificates(container: DrillContainer, { volume }: ClientCertificates): void {
  container.withBindMounts([{ source: volume, target: FOLDER, mode: "ro" }]);
}

export interface Renewer {
  container: StartedTestContainer;
  /** Whether it has a certificate. */
  answers: () => Promise<boolean>;
  /** Its own output so far. */
  ledger: () => Promise<string>;
  /** Repeats its request to the vault; returns the HTTP status, 0 for no answer. */
  ask: () => Promise<number>;
}

export interface RenewerOptions {
  settings: AccessSettings;
  volume: string;
  /** The renewer's token for the vault. */
  token: string;
  /** The CA certificate of the databases. */
  authority: string;
}

/** Resolves when it has a certificate. */
export async function startRenewer(
  engine: Engine,
  where: Where,
  side: SiteName,
  { settings, volume, token, authority }: RenewerOptions,
): Promise<Renewer> {
  const container = await new DrillContainer(where, `renewer-${side}`)
    .withBindMounts([{ source: volume, target: FOLDER }])
    .withCopyContentToContainer([
      { content: await readFile(SCRIPT, "utf8"), target: PROGRAM, mode: 0o755 },
      { content: authority, target: "/ca.crt", mode: 0o644 },
    ])
    .withEnvironment({
      BAO_ADDR: VAULT_URL,
      BAO_TOKEN: token,
      FHIRDRILL_SIDE: side,
      FHIRDRILL_CERTIFICATE_SECONDS: String(settings.certificateSeconds),
      FHIRDRILL_RENEW_SECONDS: String(settings.renewSeconds),
    })
    .withUser("0:0")
    .withEntrypoint(["sh", PROGRAM])
    .start();
  const answers = async () => (await container.exec(["test", "-s", `${FOLDER}/current/hapi.pk8`])).exitCode === 0;
  const waiting = { what: `the first certificate of ${side.toUpperCase()}`, deadlineMs: 30_000, everyMs: 200 };
  await untilAnswers(engine, container, { ...waiting, signal: where.signal }, answers);
  const handle = handleOf(engine, container);
  return {
    ...{ container, answers },
    ledger: async () => (await readLog(handle, { stderr: false })).toString("utf8"),
    ask: async () => statusIn((await container.exec(["sh", PROGRAM, "status"])).stdout),
  };
}

/** Parses the status that a client of the vault prints. */
export function statusIn(output: string): number {
  const status = Number(output.trim());
  if (output.trim() === "" || !Number.isInteger(status))
    throw new Error(`the vault's client prints no status but "${output.trim()}"`);
  return status;
}
