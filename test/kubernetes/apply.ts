/** Applies manifests as users do: created or changed, in their order, by server-side apply. */
import {
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
} from "@kubernetes/client-node";

/** The field manager: the API server records which fields each one has set. */
const MANAGER = "fhirdrill-tests";

/**
 * Namespaced objects that name no namespace are put into `namespace`. Resolves with the objects when the API server has
 * them, not when they are ready.
 */
export async function applyManifests(config: KubeConfig, yaml: string, namespace: string): Promise<KubernetesObject[]> {
  const api = KubernetesObjectApi.makeApiClient(inNamespace(config, namespace));
  const applied: KubernetesObject[] = [];
  // The client's own parser renames some fields of the manifests, and drops those that it does not know.
  for (const object of loadAllYaml(yaml) as KubernetesObject[]) {
    applied.push(await api.patch(object, undefined, undefined, MANAGER, true, PatchStrategy.ServerSideApply));
  }
  return applied;
}

/** The same cluster and user, in another namespace by default. */
function inNamespace(config: KubeConfig, namespace: string): KubeConfig {
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (cluster === null || user === null) throw new Error("the kubeconfig's context has no cluster or no user");
  const there = new KubeConfig();
  there.loadFromOptions({
    clusters: [cluster],
    users: [user],
    contexts: [{ name: namespace, cluster: cluster.name, user: user.name, namespace }],
    currentContext: namespace,
  });
  return there;
}
