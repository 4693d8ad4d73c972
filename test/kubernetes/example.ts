/** `examples/kubernetes` in a cluster, started as on its page. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api, CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import { until } from "../../harness/system/waiting.ts";
import type { Node } from "./cluster-node.ts";

const FOLDER = join(import.meta.dirname, "../../examples/kubernetes");
const NAMESPACE = "fhir-staging";
const DATABASE = { group: "postgresql.cnpg.io", version: "v1", plural: "clusters", name: "fhir-db" };
/** The first server creates its tables, on a machine that may be busy. */
const READY_DEADLINE_MS = 400_000;

export interface Fhir {
  namespace: string;
  /** The FHIR base that clients outside of the cluster use. */
  base: string;
  /** The FHIR base that pods use. */
  inCluster: string;
  /** Resolves when both instances of the database and both servers are ready. */
  untilWhole: () => Promise<void>;
  remove: () => Promise<void>;
}

/** Resolves when everything is ready. */
export async function startExample(node: Node): Promise<Fhir> {
  const apps = node.config.makeApiClient(AppsV1Api);
  const custom = node.config.makeApiClient(CustomObjectsApi);
  const apply = (file: string) => node.apply(readFileSync(join(FOLDER, file), "utf8"));
  const wait = (what: string, isSo: () => Promise<boolean>) =>
    until({ what, deadlineMs: READY_DEADLINE_MS, everyMs: 500 }, isSo);

  const untilDatabase = () =>
    wait("both instances of the database", async () => {
      const { spec, status } = await custom.getNamespacedCustomObject({ ...DATABASE, namespace: NAMESPACE });
      return status?.readyInstances === spec.instances && status?.phase === "Cluster in healthy state";
    });
  const untilServer = (name: string) =>
    wait(name, async () => {
      const { status } = await apps.readNamespacedDeployment({ name, namespace: NAMESPACE });
      return status?.availableReplicas === 1;
    });

  for (const file of ["namespace.yaml", "database.yaml"]) await apply(file);
  await untilDatabase();
  for (const file of ["fhir.yaml", "fhir-a.yaml"]) await apply(file);
  await untilServer("fhir-a");
  await apply("fhir-b.yaml");
  await untilServer("fhir-b");
  return {
    namespace: NAMESPACE,
    base: `http://${node.address}:30080/fhir`,
    inCluster: `http://fhir.${NAMESPACE}.svc.cluster.local:8080/fhir`,
    untilWhole: async () => void (await Promise.all([untilDatabase(), untilServer("fhir-a"), untilServer("fhir-b")])),
    remove: async () => void (await node.config.makeApiClient(CoreV1Api).deleteNamespace({ name: NAMESPACE })),
  };
}
