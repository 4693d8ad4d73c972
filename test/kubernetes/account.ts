/** An account with the rights of `examples/kubernetes/rbac.yaml`, in a namespace of a test, and a kubeconfig for it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { Node } from "./cluster-node.ts";

const RIGHTS = new URL("../../examples/kubernetes/rbac.yaml", import.meta.url);
const NAME = "fhirdrill";

export interface Account {
  kubeconfig: string;
  context: string;
  end: () => Promise<void>;
}

/** Cluster-scoped objects get the namespace's name, and are removed by `end`. */
export async function accountIn(node: Node, namespace: string): Promise<Account> {
  const nodes = `${namespace}-nodes`;
  const yaml = readFileSync(RIGHTS, "utf8").replaceAll("fhir-staging", namespace).replaceAll("fhirdrill-nodes", nodes);
  await node.apply(yaml, namespace);
  const body = { spec: { audiences: [], expirationSeconds: 3600 } };
  const { status } = await node.config
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccountToken({ name: NAME, namespace, body });
  const cluster = node.config.getCurrentCluster();
  const folder = mkdtempSync(join(tmpdir(), "fhirdrill-account-"));
  const kubeconfig = join(folder, "config");
  const { server, caData, caFile } = cluster ?? {};
  const trusted = caData === undefined ? { "certificate-authority": caFile } : { "certificate-authority-data": caData };
  const config = {
    ...{ apiVersion: "v1", kind: "Config" },
    clusters: [{ name: NAME, cluster: { server, ...trusted } }],
    users: [{ name: NAME, user: { token: status?.token } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: NAME } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const rbac = node.config.makeApiClient(RbacAuthorizationV1Api);
  const end = async () => {
    rmSync(folder, { recursive: true });
    await Promise.all([rbac.deleteClusterRole({ name: nodes }), rbac.deleteClusterRoleBinding({ name: nodes })]);
  };
  return { kubeconfig, context: NAME, end };
}
