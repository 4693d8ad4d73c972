/** What `examples/kubernetes` makes, by its manifests as they are, is what its page and its description say. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CoreV1Api } from "@kubernetes/client-node";
import { describe, expect } from "vitest";
import examples from "../../examples/kubernetes/fhirdrill.config.ts";
import { OwnSystemSchema } from "../../harness/model/plan/own-system.ts";
import { until } from "../../harness/system/waiting.ts";
import type { Node, OwnNode } from "./cluster-node.ts";
import { test } from "./node.ts";

const FOLDER = join(import.meta.dirname, "../../examples/kubernetes");

/** Making the tables, importing images, and starting a database and two servers one after the other. */
const STARTS_MS = 900_000;
const PATIENT = { resourceType: "Patient", active: true };

/** One of its programs; where the node is ours, by the node's kubectl. */
function run(own: OwnNode | null, node: Node, name: string, ...args: string[]): Promise<string> {
  const path = join(FOLDER, name);
  const env = { FHIR_CONTEXT: node.context, KUBECONFIG: own === null ? node.kubeconfig : "/etc/kubernetes/admin.conf" };
  if (own === null)
    return promisify(execFile)(path, args, { env: { ...process.env, ...env } }).then(({ stdout }) => stdout);
  const settings = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  return own.run(["env", ...settings, "sh", "-c", readFileSync(path, "utf8"), name, ...args]);
}

describe("the example in a cluster", { timeout: STARTS_MS }, () => {
  test("answers from outside, by the service and by each server, with what one of them was given", async ({
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

  test("tells who is the primary, and makes the other one it and this one again", async ({ fhir, own, node }) => {
    const primary = async () => JSON.parse(await run(own, node, "primary.sh"));
    for (const [instance, site] of [
      ["fhir-db-2", "b"],
      ["fhir-db-1", "a"],
    ] as const) {
      await run(own, node, "redundant.sh");
      await run(own, node, "switchover.sh", instance);
      await until({ what: `${instance} to have the primary's label`, deadlineMs: 60_000 }, async () => {
        return (await primary()).primary === site;
      });
      await fhir.untilWhole();
    }
  });
});
