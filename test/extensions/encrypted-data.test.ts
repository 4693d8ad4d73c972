/**
 * Encrypted data directories, on real components: a database needs its key when it starts but not while it runs, and
 * stolen files cannot be read without it.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Config } from "../../harness/model/plan/config.ts";
import { clientLinesIn } from "../../harness/model/record/vault.ts";
import { sendWrite } from "../../harness/system/send-write.ts";
import type { Vault } from "../../harness/system/vault.ts";
import { until } from "../../harness/system/waiting.ts";
import type { Topology } from "../../harness/systems/lab/topology.ts";
import { CONFIGS } from "../../scenarios/configs.ts";
import { startForTest } from "../small-drill.ts";
import { tryOut, whileBroken } from "../try-out.ts";

const config = CONFIGS.find(({ name }) => name === "encrypted") as Config;
const SECRET = "a-secret-of-the-patient";

let topology: Topology;
let vault: Vault;

beforeAll(async () => {
  ({ topology } = await startForTest(config));
  vault = topology.vault as Vault;
});

afterAll(() => topology?.release());

async function put(id: string): Promise<boolean> {
  const body = { resourceType: "Patient", id, name: [{ family: SECRET }] };
  const write = { id, method: "PUT", path: `Patient/${id}`, body } as const;
  return (await sendWrite(topology.edge.ask, write, 5000)).acknowledged;
}
const asksOf = async (side: "a" | "b") => clientLinesIn(await vault.clientLedger(side));
const waiting = (what: string) => ({ what, deadlineMs: 60_000, everyMs: 200 });

test("both sites start with keys from the vault, and writes are acknowledged and replicated", async () => {
  expect(await put("before")).toBe(true);
  for (const side of ["a", "b"] as const) expect((await asksOf(side)).map(({ type }) => type)).toEqual(["given"]);
  await until(waiting("B to have it"), async () => (await topology.hapi.b.request("Patient/before")).ok);
});

test.each(["vault-partition", "vault-loss", "key-revocation"] as const)(
  "%s is seen from a client's place, and stops no database that runs",
  async (kind) => {
    await tryOut(topology, { kind, afterSeconds: 0 }, 60_000);
    await whileBroken(topology, kind, async () => expect(await put(`without-${kind}`)).toBe(true));
  },
);

test("a database that starts without the vault waits and logs it, and answers once the vault is back", async () => {
  const database = topology.component("pg-b");
  await whileBroken(topology, "vault-loss", async () => {
    await database.kill();
    await database.startAgain();
    await until(waiting("B's database to ask in vain"), async () =>
      (await asksOf("b")).some((line) => line.type === "not-given" && line.status === 0),
    );
    expect(await database.state()).toBe("silent");
    let log = "";
    await topology.saveLogs((name, text) => {
      if (name === "pg-b") log = text.toString("utf8");
    });
    expect(log).toContain("the vault gives no key for the data directory (status 0): waiting");
    expect(await put("while-b-waits")).toBe(true);
  });
  await topology.postgres.b.untilReady();
  expect((await asksOf("b")).at(-1)?.type).toBe("given");
  await until(waiting("B to follow again"), async () => (await topology.hapi.b.request("Patient/while-b-waits")).ok);
});

test("stolen files cannot be read without the key, by a search that finds the text in the decrypted directory", async () => {
  await topology.postgres.a.query("checkpoint");
  const open = await vault.data?.searchOpen("a", SECRET);
  const stolen = await vault.data?.searchStolen("a", SECRET);
  expect(open?.holding).toBeGreaterThan(0);
  expect(stolen?.holding).toBe(0);
  expect(stolen?.files).toBeGreaterThan(0);
  // Names of PostgreSQL's files are not visible either.
  const { output } = await topology.postgres.a.container.exec([
    ...["sh", "-c", "find /var/lib/postgresql/encrypted -name 'PG_VERSION' | wc -l; ls $PGDATA/PG_VERSION"],
  ]);
  expect(output.trim()).toBe("0\n/var/lib/postgresql/data/PG_VERSION");
});
