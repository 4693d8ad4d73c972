/** The vault itself: one OpenBao server, which stores its data on disk (raft) and unseals itself (static seal). */
import { randomBytes } from "node:crypto";
import type { StartedTestContainer } from "testcontainers";
import { z } from "zod";
import type { Address } from "../../../system/address.ts";
import { currentPort, DrillContainer, untilAnswers, type Where } from "../container.ts";
import type { Engine } from "../engine.ts";

export const VAULT = "vault";
export const VAULT_PORT = 8200;
/** Its address for its clients. */
export const VAULT_URL = `http://${VAULT}:${VAULT_PORT}`;

const FOLDER = "/openbao/config";
const SEAL_KEY = `${FOLDER}/seal.key`;
const SEAL_KEY_BYTES = 32;
/** Initializing takes several seconds: it elects itself twice. */
const CALL_MS = 30_000;

const OK = 200;
const NOT_FOUND = 404;
/** One policy for all clients: it is removed for all of them at once, and restored. */
const CLIENTS = "clients";
/** Longer than any drill. */
export const LONG = "48h";

export const SETTINGS = `ui = false
api_addr = "${VAULT_URL}"
cluster_addr = "https://${VAULT}:8201"

storage "raft" {
  path    = "/openbao/file"
  node_id = "${VAULT}"
  # As in production; the default waits five times as long for an election, and so does the first start.
  performance_multiplier = 1
}

listener "tcp" {
  address     = "0.0.0.0:${VAULT_PORT}"
  tls_disable = true
}

seal "static" {
  current_key_id = "lab"
  current_key    = "file://${SEAL_KEY}"
}
`;

export interface VaultServer {
  container: StartedTestContainer;
  /** Whether it is unsealed: a sealed one answers as well. */
  answers: () => Promise<boolean>;
  /** A write as its owner. Rejects unless it succeeds; resolves with the response's `data`. */
  write: (path: string, body: object) => Promise<Record<string, unknown>>;
  /** Allows clients only what these rules allow; returns a token for them. */
  admit: (rules: string) => Promise<string>;
  isAllowed: () => Promise<boolean>;
  setAllowed: (allowed: boolean) => Promise<void>;
}

export async function startServer(engine: Engine, where: Where): Promise<VaultServer> {
  const container = await new DrillContainer(where, VAULT)
    .withCopyContentToContainer([
      { content: SETTINGS, target: `${FOLDER}/vault.hcl`, mode: 0o644 },
      { content: randomBytes(SEAL_KEY_BYTES), target: SEAL_KEY, mode: 0o644 },
    ])
    .withCommand(["server"])
    .withLoopbackPorts(VAULT_PORT)
    .start();
  // By its current port: a restarted one has another.
  const address = async () => `127.0.0.1:${await currentPort(engine, container, VAULT_PORT)}`;
  const health = async () => (await ask(await address(), "GET", "sys/health")).status;
  const waiting = { deadlineMs: 30_000, everyMs: 100, signal: where.signal };
  await untilAnswers(engine, container, { ...waiting, what: "the vault to answer" }, health);
  const token = await initialized(await address());
  const isOpen = async () => (await health()) === OK;
  await untilAnswers(engine, container, { ...waiting, what: "the vault to unseal itself" }, isOpen);

  const asOwner = async (method: Method, path: string, body?: object) =>
    ask(await address(), method, path, { token, body });
  const write: VaultServer["write"] = async (path, body) => {
    const answer = await asOwner("POST", path, body);
    if (answer.status >= 300) throw new Error(`the vault answers ${path} with status ${answer.status}: ${answer.text}`);
    return dataIn(answer.text);
  };
  const policy = `sys/policies/acl/${CLIENTS}`;
  let rules = "";
  const setAllowed: VaultServer["setAllowed"] = async (allowed) => {
    if (allowed) await write(policy, { policy: rules });
    else {
      const { status, text } = await asOwner("DELETE", policy);
      if (status >= 300) throw new Error(`the vault does not remove its clients' policy: ${status} ${text}`);
    }
  };
  return {
    ...{ container, answers: isOpen, write, setAllowed },
    isAllowed: async () => {
      const { status, text } = await asOwner("GET", policy);
      if (status !== OK && status !== NOT_FOUND) throw new Error(`cannot read the vault's policy: ${status} ${text}`);
      return status === OK;
    },
    admit: async (allowed) => {
      rules = allowed;
      await setAllowed(true);
      const options = { policies: [CLIENTS], ttl: LONG, no_default_policy: true };
      const answer = await asOwner("POST", "auth/token/create", options);
      return TokenSchema.parse(JSON.parse(answer.text)).auth.client_token;
    },
  };
}

const TokenSchema = z.object({ auth: z.object({ client_token: z.string() }) });
const InitSchema = z.object({ root_token: z.string() });
const DataSchema = z.object({ data: z.record(z.string(), z.unknown()).nullish() });

/** Initializes it; returns the owner's token. */
async function initialized(address: Address): Promise<string> {
  const { status, text } = await ask(address, "POST", "sys/init", {
    body: { recovery_shares: 1, recovery_threshold: 1 },
  });
  if (status !== OK) throw new Error(`the vault cannot be initialized: ${status} ${text}`);
  return InitSchema.parse(JSON.parse(text)).root_token;
}

/** A 204 response has no body. */
function dataIn(text: string): Record<string, unknown> {
  return text === "" ? {} : (DataSchema.parse(JSON.parse(text)).data ?? {});
}

type Method = "GET" | "POST" | "DELETE";

async function ask(
  address: Address,
  method: Method,
  path: string,
  { token, body }: { token?: string; body?: object | undefined } = {},
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://${address}/v1/${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...(token !== undefined && { "X-Vault-Token": token }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  return { status: answer.status, text: (await answer.text()).trim() };
}
