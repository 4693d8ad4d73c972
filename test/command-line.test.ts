/** What happens to a drill that is stopped from outside, seen by its exit code and by what it leaves. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allRuns } from "../harness/store/results.ts";
import type { Engine } from "../harness/topology/engine.ts";
import { requireEngine } from "../harness/topology/engine-start.ts";
import { OWNER_LABEL, RUN_LABEL } from "../harness/topology/ownership.ts";
import { until } from "../harness/topology/waiting.ts";

const RESULTS = mkdtempSync(join(tmpdir(), "fhirdrill-results-"));
const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const MAIN = join(PROJECT, "harness/cli/main.ts");

let engine: Engine;

beforeAll(async () => {
  engine = await requireEngine(console.log);
});

interface Started {
  child: ChildProcess;
  /** What was printed so far, both streams. */
  text: () => string;
  exited: Promise<number | null>;
}

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(RESULTS, { recursive: true });
});

function fhirdrill(...args: string[]): Started {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "true", FHIRDRILL_RESULTS: RESULTS },
  });
  started.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  return { child, text: () => text, exited: new Promise((resolve) => child.on("close", resolve)) };
}

async function ownedBy(pid: number | undefined): Promise<{ containers: number; networks: number }> {
  const filters = { label: [RUN_LABEL] };
  const mine = (labels: Record<string, string> | undefined) => labels?.[OWNER_LABEL]?.split("/")[1] === String(pid);
  const docker = engine.container.dockerode;
  const containers = (await docker.listContainers({ all: true, filters })).filter((c) => mine(c.Labels));
  const networks = (await docker.listNetworks({ filters })).filter((n) => mine(n.Labels));
  return { containers: containers.length, networks: networks.length };
}

function runsOf(seed: number) {
  const runs = allRuns(RESULTS).map((folder) => JSON.parse(readFileSync(`${folder.path}/run.json`, "utf8")));
  return runs.filter((run) => run.seed === seed);
}

test("Ctrl-C in the middle of the load: ended in order, recorded, nothing left", async () => {
  const seed = 1_000_000 + (process.pid % 100_000);
  const drill = fhirdrill("run", "region-loss", "--seed", String(seed));
  await until({ what: "the load to run", deadlineMs: 110_000 }, async () => /acknowledged by A/.test(drill.text()));
  drill.child.kill("SIGINT");
  expect(await drill.exited).toBe(130);
  expect(await ownedBy(drill.child.pid)).toEqual({ containers: 0, networks: 0 });
  expect(runsOf(seed)).toMatchObject([{ state: "interrupted" }]);
}, 180_000);

test("clean removes what a killed harness left, and leaves the containers of a living one alone", async () => {
  const [killed, living] = [fhirdrill("run"), fhirdrill("run")];
  for (const { child } of [killed, living])
    await until(
      { what: "containers to run", deadlineMs: 60_000 },
      async () => (await ownedBy(child.pid)).containers >= 3,
    );
  killed.child.kill("SIGKILL");
  await killed.exited;
  expect((await ownedBy(killed.child.pid)).containers).toBeGreaterThan(0);
  expect(await fhirdrill("clean").exited).toBe(0);
  expect(await ownedBy(killed.child.pid)).toEqual({ containers: 0, networks: 0 });
  expect((await ownedBy(living.child.pid)).containers).toBeGreaterThanOrEqual(3);
  living.child.kill("SIGTERM");
  expect(await living.exited).toBe(130);
  expect(await ownedBy(living.child.pid)).toEqual({ containers: 0, networks: 0 });
}, 180_000);

test("the command of the nightly workflow, with one drill in place of all", async () => {
  const workflow = readFileSync(new URL("../.github/workflows/nightly.yml", import.meta.url), "utf8");
  const [, command] = /run: (npm run chaos -- nightly .*)/.exec(workflow) ?? [];
  const results = join(RESULTS, "nights");
  const one = "--scenarios region-loss --configs async --repeat 1";
  const child = spawn(`${command} ${one}`, {
    shell: true,
    cwd: PROJECT,
    stdio: "inherit",
    env: { ...process.env, CI: "true", FHIRDRILL_RESULTS: results },
  });
  started.push(child);
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  const [id] = readdirSync(join(results, "matrix"));
  const nightly = (name: string) => readFileSync(join(results, "matrix", id as string, name), "utf8");
  expect(JSON.parse(nightly("night.json"))).toMatchObject({ runs: 1, regressions: [] });
  expect(nightly("junit.xml")).toContain('<testsuite name="region-loss × async"');
  expect(nightly("summary.md")).toContain("this is the first night");
  const [run] = allRuns(results);
  expect(readFileSync(join(run?.path ?? "", "report.html"), "utf8")).toContain("region-loss");
}, 300_000);

test.each([
  [["run", "no-such-scenario"], "region-loss"],
  [["run", "--config", "nope"], "async"],
  [["run", "--sed", "3"], "--seed"],
  [["run", "--seed", "-1"], "whole number"],
  [["check", "no-such-run"], "no run"],
  [["list", "nonsense"], "scenarios"],
])("%j is a usage error that says what would be right", async (args, hint) => {
  const run = fhirdrill(...args);
  expect(await run.exited).toBe(64);
  expect(run.text()).toContain(hint);
});

test("what is planted in a real drill is found, all of it and nothing else", async () => {
  const run = fhirdrill("self-test", "--json");
  const code = await run.exited;
  expect(run.text()).toMatch(/"agrees":true/);
  expect(code).toBe(0);
}, 300_000);
