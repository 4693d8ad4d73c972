/** The observer sees CloudNativePG fail over. */
import { expect } from "vitest";
import type { SiteName } from "../../harness/model/plan/site.ts";
import { until } from "../../harness/system/waiting.ts";
import { clusterOf } from "../../harness/systems/attached/kubernetes/cluster.ts";
import { isReady, podsIn } from "../../harness/systems/attached/kubernetes/pods.ts";
import { primaryBy } from "../../harness/systems/attached/primary.ts";
import { test } from "./node.ts";

const sites = { a: "fhir-db-1", b: "fhir-db-2" };
const instances = { "cnpg.io/cluster": "fhir-db" };

test("after the primary is killed, the other instance is the primary, by status and by label", async ({
  node,
  fhir: { namespace },
}) => {
  const cluster = clusterOf({ kubeconfig: node.kubeconfig, context: node.context, namespace });
  const reached = { databases: null, cluster };
  const now = () => performance.now();
  const byStatus = await primaryBy({ cnpg: { cluster: "fhir-db", sites } }, reached, now);
  const labels = { ...instances, "cnpg.io/instanceRole": "primary" };
  const byLabel = await primaryBy({ pods: { labels, sites } }, reached, now);
  const holder = async (ask: typeof byStatus): Promise<SiteName | null> => (await ask("a")).lock?.holder ?? null;
  const before = await holder(byStatus);
  if (before === null) throw new Error("there is no primary");
  expect(await holder(byLabel)).toBe(before);
  const { server } = await byStatus(before);
  expect(server).toMatchObject({ role: "primary", timeline: 1 });

  await cluster.core.deleteNamespacedPod({ name: sites[before], namespace, gracePeriodSeconds: 0 });
  const other = before === "a" ? "b" : "a";
  const seen: (SiteName | null)[] = [];
  await until({ what: "the failover", deadlineMs: 120_000, everyMs: 250 }, async () => {
    const primary = await holder(byStatus);
    if (seen.at(-1) !== primary) seen.push(primary);
    return primary === other;
  });
  // In between there is none. The old one may seem to return: its status may be written before its loss is known.
  expect(new Set(seen)).toEqual(new Set([before, null, other]));
  expect(seen.slice(-2)).toEqual([null, other]);
  expect(seen.filter((each) => each === other)).toHaveLength(1);
  expect((await byStatus(other)).server).toMatchObject({ role: "primary", timeline: 2 });
  await until({ what: "the label to follow", deadlineMs: 60_000 }, async () => (await holder(byLabel)) === other);
  const labelSelector = Object.entries(instances)
    .map((label) => label.join("="))
    .join(",");
  await until({ what: "both instances to be ready", deadlineMs: 180_000 }, async () => {
    return (await podsIn(cluster, { labelSelector })).filter(isReady).length === 2;
  });
});
