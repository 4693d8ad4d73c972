import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Job } from "@kubernetes/client-node";
import { afterAll, afterEach, expect, test } from "vitest";
import { regionLoss } from "../../../scenarios/region-loss.ts";
import type { LoadOptions } from "../../model/load/ledger.ts";
import { HAPI_DIALECT } from "../../model/plan/dialect.ts";
import type { Scenario } from "../../model/plan/scenario.ts";
import { until } from "../../system/waiting.ts";
import type { Generator } from "../generator.ts";
import { kubernetesLoad } from "./kubernetes-load.ts";
import { type MadeUpPod, madeUpCluster } from "./testing/made-up-cluster.ts";

const home = mkdtempSync(join(tmpdir(), "fhirdrill-load-"));
const generators: Generator[] = [];
afterEach(async () => {
  for (const generator of generators.splice(0)) await generator.end?.().catch(() => {});
});
afterAll(() => rmSync(home, { recursive: true }));

const TOKEN = "Bearer very-secret";
const SUMMARY = JSON.stringify({ metrics: { iterations: { values: { count: 7 } } } });

function aLoad(runners = 1, load: Partial<Scenario["load"]> = {}, told: { ca?: string } = {}) {
  const made = madeUpCluster(home);
  const folder = mkdtempSync(join(home, "run-"));
  const generator = kubernetesLoad({
    ...{ cluster: made.cluster, kubernetes: { images: { k6: "k6", tools: "tools" }, load: "job" }, runners },
    ...{ name: "fhirdrill-r1", marks: { labels: {}, annotations: {} }, signal: new AbortController().signal },
    fromBeside: async () => ({ baseUrl: "http://fhir.svc/fhir", headers: { Authorization: TOKEN }, ...told }),
  });
  generators.push(generator);
  const scenario = { ...regionLoss, load: { ...regionLoss.load, ...load } };
  const task = { scenario, retry: "none", seed: 42, tags: [], dialect: HAPI_DIALECT, folder } as const;
  return { made, folder, generator, start: () => generator.start(task) };
}

const ledgerOf = ({ folder }: MadeUpPod) => join(folder, "ledger.ndjson");
const contains = (path: string, text: string) =>
  until({ what: text, deadlineMs: 30_000, everyMs: 5 }, async () => readFileSync(path, "utf8").includes(text));

test("every line arrives soon after it was written, and all of them when the runner has ended", async () => {
  const { made, folder, start } = aLoad(2);
  const [first, second] = await start();
  expect([first?.runner, second?.runner]).toEqual(["k6-1", "k6-2"]);
  expect([first?.ledger, second?.ledger]).toEqual(
    ["ledger.ndjson", "ledger.k6-2.ndjson"].map((name) => join(folder, name)),
  );
  const [one, two] = made.pods as [MadeUpPod, MadeUpPod];
  writeFileSync(ledgerOf(one), "line 1 of one\n");
  writeFileSync(ledgerOf(two), "line 1 of two\n");
  await contains(first?.ledger ?? "", "line 1 of one\n");
  await contains(second?.ledger ?? "", "line 1 of two\n");
  one.keeper.cut();
  appendFileSync(ledgerOf(one), "line 2 of one\n");
  writeFileSync(join(one.folder, "k6-summary.json"), SUMMARY);
  one.end(0);
  expect(await first?.ended).toBe(0);
  expect(await first?.summary(0)).toEqual({ iterations: 7, droppedIterations: 0, exitCode: 0 });
  expect(readFileSync(first?.ledger ?? "", "utf8")).toBe("line 1 of one\nline 2 of one\n");
  // A killed k6 leaves no summary, only its lines so far.
  two.end(137);
  expect([await second?.ended, await second?.summary(137)]).toEqual([137, null]);
  expect(readFileSync(second?.ledger ?? "", "utf8")).toBe("line 1 of two\n");
  const now = Date.now();
  const { epochMs } = (await first?.readClock(Date.now)) ?? { epochMs: 0 };
  expect(epochMs).toBeGreaterThanOrEqual(now);
});

test("at the end, only its log and its manifest are left", async () => {
  const { made, folder, generator, start } = aLoad(2);
  await start();
  await generator.end?.();
  expect(made.left()).toEqual([]);
  expect(readdirSync(join(folder, "logs")).toSorted()).toEqual(["k6-2.log", "k6.log"]);
  expect(readFileSync(join(folder, "logs/k6-2.log"), "utf8")).toBe("log of fhirdrill-r1-1-x1\n");
  expect(readFileSync(join(folder, "job.yaml"), "utf8")).toMatch(/^ {2}completions: 2$/m);
});

test("a pod that dies loses its lines and is named; the others go on", async () => {
  const { made, generator, start } = aLoad(3);
  const [first, second] = await start();
  const [one, two] = made.pods as [MadeUpPod, MadeUpPod];
  writeFileSync(ledgerOf(two), "its last words\n");
  await contains(second?.ledger ?? "", "its last words\n");
  two.die();
  await expect(second?.ended).rejects.toThrow(
    "the load ended early: the pod fhirdrill-r1-1-x1 of the runner k6-2 is gone: somebody deleted it",
  );
  await expect(second?.summary(137)).rejects.toThrow("of the runner k6-2 is gone");
  expect(readFileSync(second?.ledger ?? "", "utf8")).toBe("its last words\n");
  one.end(0);
  expect(await first?.ended).toBe(0);
  await generator.end?.();
  expect(made.left()).toEqual([]);
});

test("all runners get the same options, and secrets are only in the Secret", async () => {
  const ca = join(home, "ca.pem");
  writeFileSync(ca, "-----BEGIN CERTIFICATE-----\n");
  const resources = [{ resourceType: "Patient" }];
  const { made, folder, start } = aLoad(3, { resources }, { ca });
  await start();
  const dataOf = (name: string) => made.created.find((each) => each.name === name)?.body;
  const data = dataOf("fhirdrill-r1-data")?.data ?? {};
  const options: LoadOptions = JSON.parse(data["options.json"] ?? "");
  expect(options).toMatchObject({
    ...{ runners: 3, baseUrl: "http://fhir.svc/fhir", headers: {}, seed: 42, signal: "Basic/start-16" },
    ...{ resources: "/fhirdrill-data/resources.json", summary: "/record/k6-summary.json" },
  });
  expect(options).not.toHaveProperty("runner");
  expect(JSON.parse(data["resources.json"] ?? "")).toEqual(resources);
  expect(data["ca.pem"]).toBe("-----BEGIN CERTIFICATE-----\n");
  expect(dataOf("fhirdrill-r1-headers")?.stringData).toEqual({
    "headers.json": JSON.stringify({ Authorization: TOKEN }),
  });
  const others = made.created.filter(({ kind }) => kind !== "Secret");
  expect(others).toHaveLength(3);
  for (const { body } of others) expect(JSON.stringify(body)).not.toContain("very-secret");
  expect(readFileSync(join(folder, "job.yaml"), "utf8")).not.toContain("very-secret");
});

test("a deadline is a whole number of seconds, and far beyond the load's end", async () => {
  const { made, start } = aLoad(1, { warmUpSeconds: 10.4 });
  await start();
  const job = made.created.find(({ kind }) => kind === "Job")?.body as V1Job | undefined;
  const deadline = job?.spec?.activeDeadlineSeconds ?? 0;
  expect(Number.isInteger(deadline)).toBe(true);
  expect(deadline).toBeGreaterThan(2400);
});

test("data too large for a ConfigMap is refused before anything is created", async () => {
  const resources = [{ resourceType: "Patient", name: [{ family: "x".repeat(2 ** 20) }] }];
  const { made, start } = aLoad(1, { resources });
  await expect(start()).rejects.toThrow(
    /does not fit into the cluster: .* need 1\.0 MiB of data, and a ConfigMap holds 1 MiB/,
  );
  expect(made.created).toEqual([]);
});

test("a refusal is reported in the cluster's words, and what was created is removed at the end", async () => {
  const { made, folder, generator, start } = aLoad();
  made.refuses.set("create Job", 'jobs.batch is forbidden: User "drill" cannot create resource "jobs"');
  await expect(start()).rejects.toThrow('User "drill" cannot create resource "jobs" (HTTP 403)');
  expect(made.left()).not.toEqual([]);
  await generator.end?.();
  expect(made.left()).toEqual([]);
  expect(existsSync(join(folder, "job.yaml"))).toBe(true);
});

test("an ended runner's files are fetched to their end, even when the drill ends the load", async () => {
  const { made, generator, start } = aLoad(1);
  const [first] = await start();
  const [one] = made.pods as [MadeUpPod];
  writeFileSync(ledgerOf(one), "line 1\n");
  await contains(first?.ledger ?? "", "line 1\n");
  one.end(1);
  expect(await first?.ended).toBe(1);
  // Written before, and not fetched yet.
  appendFileSync(ledgerOf(one), "line 2\n");
  await generator.end?.();
  expect(readFileSync(first?.ledger ?? "", "utf8")).toBe("line 1\nline 2\n");
});
