/** The commands for the user's own system, as far as they need no container engine. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OF_ANY_DRILL, tagged, tagOf } from "../model/load/tag.ts";
import { fhirOverHttp } from "../system/testing/fhir-over-http.ts";
import { MemoryFhir } from "../system/testing/memory-fhir.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "own system "));
const results = join(folder, "results");
const program = (script: string) => ({ argv: ["node", "-e", script] });
let fhir: MemoryFhir;
let served: Awaited<ReturnType<typeof fhirOverHttp>>;

beforeAll(async () => {
  served = await fhirOverHttp({ ask: (path, init) => fhir.ask(path, init) } as MemoryFhir);
  describe();
});

beforeEach(() => {
  fhir = new MemoryFhir();
});

afterAll(() => {
  served.close();
  rmSync(folder, { recursive: true });
});

function describe(more: object = {}): void {
  const hook = {
    inject: program("'in'"),
    heal: program("'out'"),
    evidence: program("console.log('{\"bit\":false}')"),
    ttlSeconds: 60,
  };
  const staging = {
    is: "a server in memory",
    fhir: { base: served.base, headers: { "X-Key": "of-nobody" } },
    expect: { environment: "staging", proof: program("console.log('staging')") },
    hooks: { cut: hook },
    ...more,
  };
  writeFileSync(join(folder, "fhirdrill.config.mjs"), `export default ${JSON.stringify({ systems: { staging } })}`);
}

function fhirdrill(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const env = { ...process.env, INIT_CWD: folder, FHIRDRILL_RESULTS: results };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder, env }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}
const hashIn = (out: string) => /^hash +(\w+)$/m.exec(out)?.[1];

test("a plan only reads, and shows what would be done and the command for it", async () => {
  const { code, out } = await fhirdrill("plan", "cut", "--system", "staging", "--seed", "7");
  expect(code).toBe(0);
  expect(fhir.asked.every((text) => text.startsWith("GET "))).toBe(true);
  expect(out).toContain("cut: ends by itself after 60 s");
  expect(out).toContain('inject: ["');
  expect(out).toContain("none but those written by drills");
  const typed = out.slice(out.lastIndexOf("command")).replaceAll(/\s+/g, " ");
  expect(typed).toContain(`run cut --system staging --seed 7 --plan ${hashIn(out)}`);
  expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("nothing is done without agreement, or if the plan changed since", async () => {
  const { code, err } = await fhirdrill("run", "cut", "--system", "staging");
  expect([code, err]).toEqual([64, expect.stringContaining("this drill has not been agreed to")]);
  const agreed = hashIn((await fhirdrill("plan", "cut", "--system", "staging")).out) as string;
  describe({ guard: { maxDowntimeSeconds: 9 } });
  const changed = await fhirdrill("run", "cut", "--system", "staging", "--plan", agreed);
  describe();
  expect([changed.code, changed.err]).toEqual([64, expect.stringContaining("this is not what was agreed to")]);
  expect(fhir.stored.size).toBe(0);
});

test.each([
  [["plan", "--system", "production"], /there is no system "production"[\s\S]*it has staging/],
  [["plan", "region-loss", "--system", "staging"], /there is no scenario "region-loss"[\s\S]*available: cut/],
  [["plan", "cut", "--system", "staging", "--config", "sync"], /cannot be used with/],
  [["plan", "cut", "--system", "staging", "--rate", "60"], /guard.maxRatePerSecond is 50/],
])("%j is refused with the available names", async (args, why) => {
  const { code, err } = await fhirdrill(...args);
  expect([code, err]).toEqual([64, expect.stringMatching(why)]);
});

test("only what drills wrote is deleted and counted", async () => {
  const put = (id: string, body: object) =>
    fhir.ask(`Patient/${id}`, { method: "PUT", body: JSON.stringify({ resourceType: "Patient", ...body }) });
  await put("theirs", {});
  for (const seed of [1, 2]) await put(`of-${seed}`, tagged({}, [OF_ANY_DRILL, tagOf(seed)]));
  const one = await fhirdrill("clean", "--system", "staging", "--seed", "1");
  expect([one.code, one.out]).toEqual([0, "deleted 0 Observation\ndeleted 1 Patient\ndeleted 0 Basic\n"]);
  expect((await fhirdrill("clean", "--system", "staging")).out).toContain("deleted 1 Patient");
  expect(fhir.current("Patient/theirs")).toBeDefined();
});

test("without faults there is nothing to heal; a journal is executed once", async () => {
  const run = join(results, "cut", "staging", "2026-01-01T00-00-00Z-0001");
  // Without any drills in the folder, it is not known.
  expect(await fhirdrill("heal")).toMatchObject({
    code: 64,
    err: expect.stringContaining("change to the folder you drilled from"),
  });
  mkdirSync(results);
  expect((await fhirdrill("heal")).out).toMatch(/^nothing is left to undo for the drills in /);
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, "run.json"), "{}");
  const flag = join(folder, "in force");
  writeFileSync(flag, "");
  const undo = {
    how: "hook",
    heal: { ...program(`require("fs").rmSync(${JSON.stringify(flag)}, { force: true })`), timeoutSeconds: 10 },
    evidence: {
      ...program(`process.stdout.write(JSON.stringify({ bit: require("fs").existsSync(${JSON.stringify(flag)}) }))`),
      timeoutSeconds: 10,
    },
    environment: {},
    folder,
  };
  const entry = { fault: "hook", of: "cut", undo, at: "2026-01-01T00:00:00.000Z", healed: null };
  writeFileSync(join(run, "undo.json"), `[\n${JSON.stringify(entry)}\n]\n`);
  const first = await fhirdrill("heal");
  expect([first.code, first.out]).toEqual([0, expect.stringContaining("was in force, now undone")]);
  expect((await fhirdrill("heal")).out).toMatch(/^nothing is left to undo for the drills in /);
  expect((await fhirdrill("heal", run)).out).toContain("not in force");
  writeFileSync(join(run, "undo.json"), "[");
  const damaged = await fhirdrill("heal");
  expect([damaged.code, damaged.err]).toEqual([70, expect.stringContaining("undo.json is damaged")]);
});
