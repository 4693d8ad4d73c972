/**
 * Client certificates from a vault, on real components: they are renewed without an error, access ends within the bound
 * once the vault is gone, and it returns soon after the vault does.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Config } from "../../harness/model/plan/config.ts";
import { clientLinesIn } from "../../harness/model/record/vault.ts";
import { sendWrite } from "../../harness/system/send-write.ts";
import type { Vault } from "../../harness/system/vault.ts";
import { until } from "../../harness/system/waiting.ts";
import type { Topology } from "../../harness/systems/lab/topology.ts";
import { CONFIGS } from "../../scenarios/configs.ts";
import { startForTest } from "../small-drill.ts";
import { whileBroken } from "../try-out.ts";

const config = CONFIGS.find(({ name }) => name === "vault-certificates") as Config;
/** As the configuration has it. */
const [CERTIFICATE_MS, LIFETIME_MS] = [60_000, 30_000];
/** A write times out after five seconds, and samples are a quarter of a second apart. */
const SLACK_MS = 8000;

let topology: Topology;
let vault: Vault;
let count = 0;

beforeAll(async () => {
  ({ topology } = await startForTest(config));
  vault = topology.vault as Vault;
});

afterAll(() => topology?.release());

async function put(): Promise<boolean> {
  const id = `c-${count++}`;
  const body = { resourceType: "Patient", id };
  const write = { id, method: "PUT", path: `Patient/${id}`, body } as const;
  return (await sendWrite(topology.edge.ask, write, 5000)).acknowledged;
}
const asks = async () => clientLinesIn(await vault.clientLedger("a"));
const lastUntilMs = async () =>
  (await asks()).reduce((last, line) => Math.max(last, line.type === "given" ? (line.untilEpochMs ?? 0) : 0), 0);

test("the FHIR servers log in with a certificate, and without one their account is refused", async () => {
  expect(await put()).toBe(true);
  const rows = await topology.postgres.a.query<{ name: string }>(
    `select distinct s.client_dn as name from pg_stat_ssl s join pg_stat_activity a using (pid)
      where a.application_name = 'hapi-a'`,
  );
  expect(rows).toEqual([{ name: "/CN=hapi" }]);
  await expect(topology.postgres.a.connectAsClient(5000)).rejects.toThrow(/reject|certificate/);
});

test("certificates are renewed over two lifetimes without an error", { timeout: 240_000 }, async () => {
  const before = (await asks()).length;
  const endMs = performance.now() + 2 * CERTIFICATE_MS + LIFETIME_MS;
  const failed: number[] = [];
  for (let n = 0; performance.now() < endMs; n += 1) {
    if (!(await put())) failed.push(n);
    await sleep(250);
  }
  expect(failed).toEqual([]);
  const renewed = (await asks()).slice(before);
  expect(renewed.length).toBeGreaterThanOrEqual(2 * (CERTIFICATE_MS / 15_000));
  expect(renewed.every(({ type }) => type === "given")).toBe(true);
});

const MINUTES = { timeout: 420_000 };
test.each(["vault-partition", "key-revocation"] as const)(
  "%s: access ends after the certificate's end, within the bound, and is back after the vault is",
  MINUTES,
  async (kind) => {
    await whileBroken(topology, kind, async () => {
      expect(await put()).toBe(true);
      const untilMs = await lastUntilMs();
      let lastMs = 0;
      while (Date.now() < untilMs + LIFETIME_MS + SLACK_MS) {
        const sentMs = Date.now();
        if (await put()) lastMs = sentMs;
        await sleep(250);
      }
      console.log(
        `${kind}: the last write was sent ${((lastMs - untilMs) / 1000).toFixed(1)} s after the certificate's end`,
      );
      expect(lastMs).toBeLessThan(untilMs + LIFETIME_MS + 2000);
      expect(await put()).toBe(false);
    });
    await until({ what: "a write to be acknowledged again", deadlineMs: 60_000, everyMs: 200 }, put);
  },
);
