/** Manifests, as people apply them: created or changed, in their order, by the API server itself. */
import {
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
} from "@kubernetes/client-node";

/** As whom: the API server keeps what each one has set. */
const MANAGER = "fhirdrill-tests";

/**
 * What names no namespace, and is in one, lands in `namespace`. Resolves with the objects when the API server has them, not when
 * they are ready.
 */
export async function applyManifests(config: KubeConfig, yaml: string, namespace: string): Promise<KubernetesObject[]> {
  const api = KubernetesObjectApi.makeApiClient(inNamespace(config, namespace));
  const applied: KubernetesObject[] = [];
  // The client's own reader: it has other names for some fields than the manifests have, and drops those that it does not know.
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
