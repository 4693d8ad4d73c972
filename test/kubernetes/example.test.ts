/** The unchanged manifests of `examples/kubernetes` create what its page and its description say. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CoreV1Api } from "@kubernetes/client-node";
import { describe, expect, onTestFinished } from "vitest";
import examples from "../../examples/kubernetes/fhirdrill.config.ts";
import { OwnSystemSchema } from "../../harness/model/plan/own-system.ts";
import { until } from "../../harness/system/waiting.ts";
import type { Node, OwnNode } from "./cluster-node.ts";
import { test } from "./node.ts";
import { ADMIN } from "./node-container.ts";

const FOLDER = join(import.meta.dirname, "../../examples/kubernetes");

/** Time to create the tables, import images, and start a database and two servers one after the other. */
const STARTS_MS = 900_000;
const PATIENT = { resourceType: "Patient", active: true };

/** A folder to be put first in PATH, with a kubectl: that of the node, if the node is ours. */
function kubectlFor(own: OwnNode | null): string {
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill kubectl "));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (own === null) return folder;
  const there = `docker exec --env KUBECONFIG=${ADMIN} ${own.container} kubectl "$@"`;
  writeFileSync(join(folder, "kubectl"), `#!/bin/sh\nexec ${there}\n`, { mode: 0o755 });
  return folder;
}

/** Runs a command as a user who has followed the page so far. */
async function typed({ own, node }: { own: OwnNode | null; node: Node }, line: string): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-c", line], {
    cwd: FOLDER,
    env: {
      ...process.env,
      PATH: `${kubectlFor(own)}:${process.env.PATH}`,
      ...{ KUBECONFIG: node.kubeconfig, FHIR_CONTEXT: node.context, FHIR_NODE: node.address },
    },
  });
  return stdout;
}

describe("the example in a cluster", { timeout: STARTS_MS }, () => {
  test("answers from outside, by the service and by each server, with what was written to one of them", async ({
    fhir,
    node,
  }) => {
    const written = await fetch(`${fhir.base}/Patient`, {
      method: "POST",
      headers: { "content-type": "application/fhir+json" },
      body: JSON.stringify(PATIENT),
    });
    expect(written.status).toBe(201);
    const { id } = (await written.json()) as { id: string };
    for (const port of [30081, 30082]) {
      const read = await fetch(`http://${node.address}:${port}/fhir/Patient/${id}`);
      expect(await read.json()).toMatchObject({ ...PATIENT, id });
    }
    // With patients that no drill wrote, no drill is planned.
    expect((await fetch(`${fhir.base}/Patient/${id}`, { method: "DELETE" })).status).toBe(200);
  });

  test("has one pod for each target that is described, in a namespace that allows drills", async ({ fhir, node }) => {
    const { kubernetes, targets } = OwnSystemSchema.parse(examples.systems?.kubernetes);
    expect(kubernetes?.namespace).toBe(fhir.namespace);
    const core = node.config.makeApiClient(CoreV1Api);
    const { metadata } = await core.readNamespace({ name: fhir.namespace });
    expect(metadata?.annotations?.["fhirdrill.allow"]).toBe("true");

    const pods: string[] = [];
    for (const { find } of Object.values(targets)) {
      const labels = Object.entries("pod" in find ? find.pod : {}).map(([name, value]) => `${name}=${value}`);
      const { items } = await core.listNamespacedPod({ namespace: fhir.namespace, labelSelector: labels.join(",") });
      expect(items.map(({ status }) => status?.phase)).toEqual(["Running"]);
      pods.push(...items.flatMap(({ metadata }) => metadata?.name ?? []));
    }
    expect(new Set(pods).size).toBe(Object.keys(targets).length);
  });

  test("has a database of one primary and one follower", async ({ fhir, node }) => {
    const { items } = await node.config
      .makeApiClient(CoreV1Api)
      .listNamespacedPod({ namespace: fhir.namespace, labelSelector: "cnpg.io/cluster=fhir-db" });
    const roles = items.map(({ metadata }) => metadata?.labels?.["cnpg.io/instanceRole"]);
    expect(roles.toSorted()).toEqual(["primary", "replica"]);
  });

  test("is planned by its page's command, and then has a hash", async ({ fhir, own, node }) => {
    await fhir.untilWhole();
    const [, command] = /^ {7}(npm .* plan .*)$/m.exec(readFileSync(join(FOLDER, "README.md"), "utf8")) ?? [];
    if (command === undefined) throw new Error("the page has no plan");
    const { guard, switchover } = examples.systems?.kubernetes ?? {};
    expect([guard?.existingData, Object.keys(switchover ?? {})]).toEqual([undefined, ["a", "b"]]);
    const plan = await typed({ own, node }, command);
    expect(plan).toMatch(/^does +database-a: the API deletes/m);
    expect(plan).toMatch(/^hash +\w{12}$/m);
  });

  test("reports the primary, and switches over to the other instance and back", async ({ fhir, own, node }) => {
    const at = { own, node };
    const primary = async () => JSON.parse(await typed(at, './primary.sh "$FHIR_CONTEXT"'));
    for (const [instance, site] of [
      ["fhir-db-2", "b"],
      ["fhir-db-1", "a"],
    ] as const) {
      await typed(at, './redundant.sh "$FHIR_CONTEXT"');
      await typed(at, `./switchover.sh "$FHIR_CONTEXT" ${instance}`);
      await until({ what: `${instance} to have the primary's label`, deadlineMs: 60_000 }, async () => {
        return (await primary()).primary === site;
      });
      await fhir.untilWhole();
    }
  });
});
