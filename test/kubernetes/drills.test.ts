/**
 * Whole drills of `examples/kubernetes`, by the commands that users run: the pod of the primary database is killed,
 * that of a FHIR server is killed, the primary database is isolated; each with one runner of the load and with three.
 * The lost writes of a verdict are those that SQL does not find.
 */
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";
import examples from "../../examples/kubernetes/fhirdrill.config.ts";
import { judge } from "../../harness/check/judge.ts";
import { RUNNER_NAMES } from "../../harness/model/load/runners.ts";
import { IDENTIFIER_SYSTEM, writeIdPrefix } from "../../harness/model/load/write.ts";
import type { FaultSpec } from "../../harness/model/plan/fault.ts";
import { KubernetesSchema, type OwnSystemInput } from "../../harness/model/plan/own-system.ts";
import type { Scenario } from "../../harness/model/plan/scenario.ts";
import { readRecord } from "../../harness/record/read-record.ts";
import { RunFolder } from "../../harness/store/run-folder.ts";
import { type Cluster, clusterOf } from "../../harness/systems/attached/kubernetes/cluster.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import type { Node } from "./cluster-node.ts";
import type { Fhir } from "./example.ts";
import { test as onNode } from "./node.ts";

const DRILL_MS = 600_000;
/** Longer than the operator needs to detect the loss of the primary. */
const CUT_OFF_SECONDS = 25;
const DATABASE = "fhir-db";
const SITES = { a: `${DATABASE}-1`, b: `${DATABASE}-2` };
const MAIN = fileURLToPath(new URL("../../harness/cli/main.ts", import.meta.url));

/** The fault, and whether it hits the primary. */
const FAULTS = {
  "primary-kill": { kind: "pod-kill", target: "primary", afterSeconds: 0 },
  "server-kill": { kind: "pod-kill", target: "server-a", afterSeconds: 0 },
  "primary-isolation": {
    ...{ kind: "target-isolation", target: "primary", afterSeconds: 0 },
    healAfterSeconds: CUT_OFF_SECONDS,
  },
} satisfies Record<string, FaultSpec>;
const EXAMPLE = examples.systems?.kubernetes as OwnSystemInput;
type Name = keyof typeof FAULTS;
type KubernetesInput = NonNullable<OwnSystemInput["kubernetes"]>;
type TargetInput = NonNullable<OwnSystemInput["targets"]>[string];

const scenarioOf = (name: Name, runners: number): Scenario => ({
  ...{ ...regionLoss, name: `${name}-${runners}`, faults: [FAULTS[name]] },
  load: { ...regionLoss.load, ratePerSecond: 15, warmUpSeconds: 6, baselineSeconds: 5, afterSeconds: 45, runners },
});

const folder = mkdtempSync(join(tmpdir(), "fhirdrill kubernetes "));
afterAll(() => rmSync(folder, { recursive: true }));

const test = onNode.extend("cluster", { scope: "file" }, ({ node, fhir }): Cluster => {
  const { kubeconfig, context } = node;
  return clusterOf(KubernetesSchema.parse({ kubeconfig, context, namespace: fhir.namespace }));
});

async function primaryOf({ core, namespace }: Cluster): Promise<string> {
  const labelSelector = `cnpg.io/cluster=${DATABASE},cnpg.io/instanceRole=primary`;
  const { items } = await core.listNamespacedPod({ namespace, labelSelector });
  const [name, ...more] = items.map(({ metadata }) => metadata?.name);
  if (name === undefined || more.length > 0) throw new Error(`${items.length} primaries`);
  return name;
}

/** By the identifier in the stored bodies of all versions. */
async function writesIn(cluster: Cluster, seed: number): Promise<Set<string>> {
  const query = `select res_text_vc::json -> 'identifier' -> 0 ->> 'value' from hfj_res_ver
    where res_text_vc::json -> 'identifier' -> 0 ->> 'system' = '${IDENTIFIER_SYSTEM}'`;
  const at = { pod: await primaryOf(cluster), container: "postgres" };
  const { exitCode, output } = await cluster.exec(at, ["psql", "--no-psqlrc", "-At", "-d", "hapi", "-c", query]);
  if (exitCode !== 0) throw new Error(output);
  return new Set(output.split("\n").filter((write) => write.startsWith(writeIdPrefix(seed))));
}

/** The example's description, for this cluster and its present primary. */
function settingsFor(scenario: Scenario, primary: string, { node, fhir }: { node: Node; fhir: Fhir }): string {
  const { kubernetes, targets, switchover: _, guard, ...own } = EXAMPLE;
  const site = primary === SITES.a ? "a" : "b";
  const system: OwnSystemInput = {
    ...own,
    kubernetes: { ...(kubernetes as KubernetesInput), kubeconfig: node.kubeconfig, context: node.context },
    fhir: { base: fhir.base },
    targets: {
      primary: { is: "database", site, find: { pod: { "cnpg.io/instanceName": primary } } },
      "server-a": targets?.["server-a"] as TargetInput,
    },
    observe: { primary: { cnpg: { cluster: DATABASE, sites: SITES } } },
    // Other tests write here as well.
    guard: { ...guard, existingData: true },
  };
  return `export default ${JSON.stringify({ systems: { kubernetes: system }, scenarios: [scenario] })}`;
}

function fhirdrill(...args: string[]): Promise<{ out: string; err: string }> {
  const env = { ...process.env, INIT_CWD: folder, FHIRDRILL_RESULTS: join(folder, "results") };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder, env, maxBuffer: 2 ** 26 }, (_, out, err) =>
      resolve({ out, err }),
    );
  });
}

const drills = Object.keys(FAULTS).flatMap((name) => [1, 3].map((runners) => [name as Name, runners] as const));

test.for(drills)(
  "%s, with %d runners: what is called lost is what SQL does not find",
  { timeout: DRILL_MS },
  async ([name, runners], { node, fhir, cluster }) => {
    await fhir.untilWhole();
    const scenario = scenarioOf(name, runners);
    writeFileSync(
      join(folder, "fhirdrill.config.mjs"),
      settingsFor(scenario, await primaryOf(cluster), { node, fhir }),
    );
    const chosen = [scenario.name, "--system", "kubernetes"];
    const plan = await fhirdrill("plan", ...chosen);
    const hash = /^hash +(\w+)$/m.exec(plan.out)?.[1];
    if (hash === undefined) throw new Error(plan.err);
    const { out, err } = await fhirdrill("run", ...chosen, "--plan", hash);
    console.log(out);
    const [path] = globSync(join(folder, "results", scenario.name, "kubernetes", "*"));
    if (path === undefined) throw new Error(err);
    const run = new RunFolder(path);
    const record = readRecord(run.readFiles());
    const verdict = judge(record);

    const worth = verdict.checks.find(({ name }) => name === "worth-judging");
    expect([worth?.verdict, worth?.evidence]).toEqual(["holds", []]);
    expect(record.run.runners).toEqual(RUNNER_NAMES.slice(0, runners));
    expect(new Set([...record.history].map(({ runner }) => runner)).size).toBe(runners);
    expect(verdict.measures.rto.seconds).toEqual(expect.any(Number));

    const stored = await writesIn(cluster, record.run.seed);
    expect(stored.size).toBeGreaterThan(100);
    const acknowledged = [...record.history].filter(({ outcome }) => outcome === "ok").map(({ write }) => write);
    expect(verdict.measures.lost.ids.toSorted()).toEqual(acknowledged.filter((write) => !stored.has(write)).toSorted());
  },
);
