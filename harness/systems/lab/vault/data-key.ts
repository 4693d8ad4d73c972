/**
 * The key that encrypts a database's data directory. The vault creates and wraps it, and unwraps it for the database at each
 * start. Only these two ever see it unwrapped.
 */
import { z } from "zod";
import type { SiteName } from "../../../model/plan/site.ts";
import type { DrillContainer } from "../container.ts";
import { LONG, VAULT_URL, type VaultServer } from "./server.ts";

const KEY = "data";
const FOLDER = "/etc/fhirdrill";
/** The encrypted data directory, as on disk. */
const ENCRYPTED = "/var/lib/postgresql/encrypted";

export interface DataKey {
  side: SiteName;
  wrapped: string;
  /** The database's token for the vault. */
  token: string;
  retrySeconds: number;
  /** The volume that holds the encrypted data directory. */
  volume: string;
}

const WrappedSchema = z.object({ ciphertext: z.string() });

/** Creates the customer's key in the vault. Each call of `wrap` creates a data key, wrapped with it. */
export async function customersKey(server: VaultServer): Promise<{ token: string; wrap: () => Promise<string> }> {
  await server.write("sys/mounts/transit", { type: "transit", config: { max_lease_ttl: LONG } });
  await server.write(`transit/keys/${KEY}`, {});
  const token = await server.admit(`path "transit/decrypt/${KEY}" { capabilities = ["update"] }`);
  const wrap = async () =>
    WrappedSchema.parse(await server.write(`transit/datakey/wrapped/${KEY}`, { bits: 256 })).ciphertext;
  return { token, wrap };
}

/** The mount of the database's container. */
export function encryptedFolder({ volume }: DataKey): { source: string; target: string } {
  return { source: volume, target: ENCRYPTED };
}

/** Call it before the container is started. Its image must be `encrypted-postgres`. */
export function withDataKey(container: DrillContainer, { side, wrapped, token, retrySeconds }: DataKey): void {
  container
    .withMounting()
    .withCopyContentToContainer([
      { content: wrapped, target: `${FOLDER}/wrapped-key`, mode: 0o400 },
      { content: token, target: `${FOLDER}/token`, mode: 0o400 },
    ])
    .withEnvironment({
      FHIRDRILL_VAULT: VAULT_URL,
      FHIRDRILL_UNWRAP: `transit/decrypt/${KEY}`,
      FHIRDRILL_RETRY_SECONDS: String(retrySeconds),
      FHIRDRILL_SIDE: side,
    });
}
