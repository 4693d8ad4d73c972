/**
 * The example in a cluster, drilled by the commands that people use: its primary's pod is deleted under the load of two runners in
 * the cluster. What comes of it is the system's affair, and that of the machine; here it must be recorded whole.
 */
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect } from "vitest";
import examples from "../../examples/kubernetes/fhirdrill.config.ts";
import { readRecord } from "../../harness/history/read-record.ts";
import { OwnSystemSchema } from "../../harness/model/plan/own-system.ts";
import { RunFolder } from "../../harness/store/run-folder.ts";
import { until } from "../../harness/system/waiting.ts";
import { clusterOf } from "../../harness/systems/attached/kubernetes/cluster.ts";
import { isReady, podsIn } from "../../harness/systems/attached/kubernetes/pods.ts";
import { primaryOfCnpg } from "../../harness/systems/attached/kubernetes/primary.ts";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { expectNothingLeft } from "./a-pod.ts";
import { test } from "./node.ts";

const MAIN = fileURLToPath(new URL("../../harness/cli/main.ts", import.meta.url));
const STARTS_MS = 900_000;
const cnpg = { cluster: "fhir-db", sites: { a: "fhir-db-1", b: "fhir-db-2" } };
const load = {
  ...regionLoss.load,
  ratePerSecond: 10,
  warmUpSeconds: 5,
  baselineSeconds: 5,
  afterSeconds: 45,
  runners: 2,
};
const folder = mkdtempSync(join(tmpdir(), "drill in a cluster "));
afterAll(() => rmSync(folder, { recursive: true }));

function fhirdrill(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const env = { ...process.env, INIT_CWD: folder, FHIRDRILL_RESULTS: join(folder, "results") };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}

describe("the example in a cluster", { timeout: STARTS_MS }, () => {
  test("is drilled by its plan alone, is seen to fail over, and nothing of the drill stays in it", async ({
    fhir,
    node,
  }) => {
    const { kubernetes, ...own } = OwnSystemSchema.parse(examples.systems?.kubernetes);
    if (kubernetes === undefined) throw new Error("the example is not in a cluster");
    const { kubeconfig, context, address } = node;
    const cluster = clusterOf({ ...kubernetes, kubeconfig, context });
    const primary = await primaryOfCnpg(cluster, cnpg);
    if (primary === null) throw new Error("there is no primary");
    const target = `database-${primary}`;
    const scenario = {
      ...{ ...regionLoss, load, name: "primary-is-deleted" },
      faults: [{ kind: "pod-kill", target, side: primary, afterSeconds: 0 }],
    };
    const direct = { a: `http://${address}:30081/fhir`, b: `http://${address}:30082/fhir` };
    const system = {
      ...{ ...own, kubernetes: { ...kubernetes, kubeconfig, context } },
      fhir: { base: fhir.base, direct },
      observe: { primary: { cnpg } },
      guard: { ...own.guard, existingData: true },
    };
    const settings = { systems: { kubernetes: system }, scenarios: [scenario] };
    writeFileSync(join(folder, "fhirdrill.config.mjs"), `export default ${JSON.stringify(settings)}`);
    const chosen = ["primary-is-deleted", "--system", "kubernetes"];

    const { out: plan, err: why } = await fhirdrill("plan", ...chosen);
    expect(plan, why).toContain(`the API deletes, and its controller makes another of, the pod ${cnpg.sites[primary]}`);
    expect(plan).toMatch(new RegExp(`^cluster +context ${context}, namespace ${fhir.namespace}$`, "m"));
    const hash = /^hash +(\w+)$/m.exec(plan)?.[1] ?? "";
    expect((await fhirdrill("run", ...chosen, "--plan", "000000000000")).code).toBe(64);
    const { err } = await fhirdrill("run", ...chosen, "--plan", hash, "--json");

    const [path = ""] = globSync(join(folder, "results", "primary-is-deleted", "kubernetes", "*"));
    if (path === "") throw new Error(err);
    const { run, events, probes, history } = readRecord(new RunFolder(path).readFiles());
    console.log(`${run.state}: ${run.reason}; ${history.length} writes; ${err.slice(-2000)}`);
    expect([run.state, run.reason]).toEqual(["complete", null]);
    expect(run.targets.find(({ name }) => name === target)?.node).toBeDefined();
    expect(run.versions).toMatchObject({ kubernetes: expect.stringMatching(/^v1\./) });
    expect(history.length).toBeGreaterThan(300);
    const states = events.flatMap((event) => (event.type === "fault" ? [event.state] : []));
    expect(states).toEqual(expect.arrayContaining(["injecting", "injected", "evidenced"]));
    const holders = probes.flatMap((probe) => (probe.type === "primary" && probe.lock ? [probe.lock.holder] : []));
    expect(new Set(holders)).toEqual(new Set([primary, null, primary === "a" ? "b" : "a"]));
    await until({ what: "both instances to be ready", deadlineMs: 180_000 }, async () => {
      return (await podsIn(cluster, { labelSelector: "cnpg.io/cluster=fhir-db" })).filter(isReady).length === 2;
    });
    await expectNothingLeft(cluster);
    expect((await fhirdrill("heal")).out).toBe("nothing is left to undo\n");
    expect((await fhirdrill("clean", "--system", "kubernetes")).code).toBe(0);
  });
});
