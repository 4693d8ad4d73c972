/**
 * A system that is not ours and no HAPI, drilled by the commands that people use, by FHIR alone: one container with its own
 * consent and restart policy, which gives ids and versions of its own and wants a token. What the one with the planted defect
 * loses in a crash is found out, write by write.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { splitStored } from "../harness/model/columns/operation.ts";
import type { LedgerLine } from "../harness/model/load/ledger.ts";
import type { Verdict } from "../harness/model/verdict/verdict.ts";
import { prepareGround } from "../harness/run/set-up.ts";
import { regionLoss } from "../scenarios/region-loss.ts";
import { buildOtherServer, type OtherServer, startOtherServer } from "./other-server/container.ts";

const MAIN = fileURLToPath(new URL("../harness/cli/main.ts", import.meta.url));
const TOKEN = "a-token-for-tests";
/** Some of them are the drill's own. */
const PLANTED = 40;
const view = { say: () => {}, step: () => {}, event: () => {}, live: () => {} };
const folder = mkdtempSync(join(tmpdir(), "own other server "));
const servers: Record<string, OtherServer> = {};

const load = { ...regionLoss.load, ratePerSecond: 20, warmUpSeconds: 3, baselineSeconds: 5, afterSeconds: 12 };
const crash = {
  ...{ ...regionLoss, load, name: "server-is-killed" },
  faults: [{ kind: "target-crash", target: "server", afterSeconds: 0 }],
};

beforeAll(async () => {
  const { engine } = await prepareGround("auto", view);
  await buildOtherServer(engine, () => {});
  for (const [name, losesLast] of [
    ["sound", 0],
    ["defective", PLANTED],
  ] as const)
    servers[name] = await startOtherServer(`other-server-${name}-${process.pid}`, { token: TOKEN, losesLast });
  const systems = Object.fromEntries(
    Object.entries(servers).map(([name, { base, name: container }]) => [
      name,
      {
        is: "a server of another make",
        fhir: { base, auth: { kind: "bearer", token: { env: "OTHER_SERVER_TOKEN" } } },
        targets: { server: { is: "server", find: { container } } },
        objectives: { lostWrites: 0 },
      },
    ]),
  );
  writeFileSync(
    join(folder, "fhirdrill.config.mjs"),
    `export default ${JSON.stringify({ systems, scenarios: [crash] })}`,
  );
});

afterAll(async () => {
  for (const { remove } of Object.values(servers)) await remove();
  rmSync(folder, { recursive: true });
});

function fhirdrill(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const own = { INIT_CWD: folder, FHIRDRILL_RESULTS: join(folder, "results"), OTHER_SERVER_TOKEN: TOKEN };
  const options = { cwd: folder, env: { ...process.env, ...own }, maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], options, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}

async function drilled(system: string) {
  const { out: plan } = await fhirdrill("plan", crash.name, "--system", system);
  const hash = /^hash +(\w+)$/m.exec(plan)?.[1] ?? "";
  const { code, out, err } = await fhirdrill("run", crash.name, "--system", system, "--plan", hash, "--json");
  if (!out.startsWith("{")) throw new Error(err);
  const verdict = JSON.parse(out) as Verdict & { folder: string };
  return { code, verdict, run: join(folder, verdict.folder) };
}

/** The acknowledged writes of the load that made one of these. */
function writesOf(run: string, gone: readonly string[]): string[] {
  const names = new Set(gone.map((name) => name.split("/_history/")[0]));
  const lines = readFileSync(join(run, "ledger.ndjson"), "utf8").trimEnd().split("\n");
  return lines.flatMap((text) => {
    const line = JSON.parse(text) as LedgerLine;
    if (line.type !== "complete" || line.status >= 300) return [];
    return line.stored.some((stored) => names.has(splitStored(stored).resource)) ? [line.write] : [];
  });
}
const wrongIn = ({ checks }: Verdict) =>
  checks.filter(({ verdict }) => verdict === "broken" || verdict === "inconclusive").map(({ name }) => name);

/** Both at the same time: mostly they wait. */
const both = () => Promise.all([drilled("sound"), drilled("defective")]);
let drills: ReturnType<typeof both> | undefined;

test("a sound one keeps what it acknowledged, and is back by itself", async () => {
  drills ??= both();
  const [{ code, verdict }] = await drills;
  expect(wrongIn(verdict)).toEqual([]);
  expect([code, verdict.verdict, verdict.measures.lost.count]).toEqual([0, "holds", 0]);
  expect(verdict.measures.rto.seconds).toBeGreaterThan(0);
});

test("what the defective one loses is found by FHIR alone, no more and no less; and no file knows the token", async () => {
  drills ??= both();
  const [, { code, verdict, run }] = await drills;
  const lost = writesOf(run, (await servers.defective?.lost()) ?? []);
  expect(lost.length).toBeGreaterThan(PLANTED / 4);
  expect(verdict.measures.lost.ids.toSorted()).toEqual(lost.toSorted());
  expect([code, verdict.verdict]).toEqual([1, "broken"]);
  expect(wrongIn(verdict)).toEqual(["lost-writes"]);
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  expect(texts.filter((text) => text.includes(TOKEN))).toEqual([]);
});

test("what was written there is deleted again", async () => {
  const { code, out } = await fhirdrill("clean", "--system", "sound");
  expect([code, out]).toEqual([0, expect.stringMatching(/^deleted [1-9]\d* Observation\ndeleted [1-9]\d* Patient\n/)]);
  expect((await fhirdrill("clean", "--system", "sound")).out).toContain("deleted 0 Patient");
});
