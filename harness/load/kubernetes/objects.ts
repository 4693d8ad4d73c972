/** The Kubernetes objects of a load: a Job or a TestRun, and the ConfigMaps and Secret that it owns. */
import { dumpYaml, type V1ObjectMeta, type V1OwnerReference } from "@kubernetes/client-node";
import type { Kubernetes } from "../../model/plan/own-system.ts";
import { DrillFailure, usageFailure } from "../../model/program/failure.ts";
import { isNotFound } from "../../systems/attached/kubernetes/api-error.ts";
import type { Cluster } from "../../systems/attached/kubernetes/cluster.ts";
import { TEST_RUNS } from "../../systems/attached/kubernetes/test-runs.ts";
import { jobOf } from "./job.ts";
import { type ClusterOptions, dataOf, HEADERS_KEY, headersOf, scriptsOf } from "./options.ts";
import { refusalOf } from "./refusal.ts";
import { testRunOf } from "./test-run.ts";

export type Api = Pick<Cluster, "core" | "batch" | "custom">;

export interface Contents {
  scripts: Record<string, string>;
  data: Record<string, string>;
  /** Request headers, including secret ones; `null`: none. */
  headers: Record<string, string> | null;
}

/** The limit of a ConfigMap's data. */
const MOST_BYTES = 2 ** 20;

/** A manifest for people, in the run folder: without the contents, and so without secrets. */
export function manifestOf(how: Kubernetes["load"], options: ClusterOptions): { file: string; text: string } {
  return how === "job"
    ? { file: "job.yaml", text: dumpYaml(jobOf(options)) }
    : { file: "testrun.yaml", text: dumpYaml(testRunOf(options)) };
}

/** Throws a `DrillFailure` when the cluster refuses; what was created by then stays. */
export async function create(api: Api, how: Kubernetes["load"], options: ClusterOptions, has: Contents): Promise<void> {
  const { name, namespace, marks } = options;
  const { core } = api;
  for (const data of [has.scripts, has.data]) refuseTooLarge(data);
  const metadata = (name: string): V1ObjectMeta => ({ name, namespace, ...marks });
  const configMap = (name: string, data: Record<string, string>) =>
    core.createNamespacedConfigMap({ namespace, body: { metadata: metadata(name), data } });
  try {
    await configMap(scriptsOf(name), has.scripts);
    await configMap(dataOf(name), has.data);
    if (has.headers !== null) {
      const stringData = { [HEADERS_KEY]: JSON.stringify(has.headers) };
      await core.createNamespacedSecret({ namespace, body: { metadata: metadata(headersOf(name)), stringData } });
    }
    const owner = await (how === "job" ? createJob(api, options) : createTestRun(api, options));
    // These are then removed with the owner, by anybody or by Kubernetes at its deadline.
    const body = [{ op: "add", path: "/metadata/ownerReferences", value: [owner] }];
    for (const map of [scriptsOf(name), dataOf(name)])
      await core.patchNamespacedConfigMap({ name: map, namespace, body });
    if (has.headers !== null) await core.patchNamespacedSecret({ name: headersOf(name), namespace, body });
  } catch (error) {
    if (error instanceof DrillFailure) throw error;
    const text = {
      what: `the load could not be created in the namespace ${namespace}`,
      why: refusalOf(error),
      todo: "see docs/kubernetes.md for what this user must be allowed to do there",
    };
    throw new DrillFailure(text, { cause: error });
  }
}

/**
 * Removes whatever exists of it. Rejects with the first refusal, after trying everything. If the Secret could not be
 * removed, the ConfigMaps stay too, because a later cleanup finds it by them.
 */
export async function remove(
  { core, batch, custom }: Api,
  how: Kubernetes["load"],
  options: ClusterOptions,
): Promise<void> {
  const { name, namespace } = options;
  const background = { namespace, propagationPolicy: "Background" };
  const refusalsOf = async (work: Promise<unknown>[]) =>
    (await Promise.allSettled(work)).flatMap((each) =>
      each.status === "rejected" && !isNotFound(each.reason) ? [each.reason] : [],
    );
  const secret = options.hasHeaders ? [core.deleteNamespacedSecret({ ...background, name: headersOf(name) })] : [];
  const ofSecret = await refusalsOf(secret);
  const maps = ofSecret.length > 0 ? [] : [scriptsOf(name), dataOf(name)];
  const [refused] = [
    ...ofSecret,
    ...(await refusalsOf([
      how === "job"
        ? batch.deleteNamespacedJob({ ...background, name })
        : custom.deleteNamespacedCustomObject({ ...TEST_RUNS, ...background, name }),
      ...maps.map((map) => core.deleteNamespacedConfigMap({ ...background, name: map })),
    ])),
  ];
  if (refused !== undefined) throw new Error(`${name} could not be removed: ${refusalOf(refused)}`);
}

async function createJob({ batch }: Api, options: ClusterOptions): Promise<V1OwnerReference> {
  const { metadata, spec } = await batch.createNamespacedJob({ namespace: options.namespace, body: jobOf(options) });
  // An older cluster drops the field, and would restart a runner that dies.
  if (spec?.backoffLimitPerIndex === undefined)
    throw usageFailure(
      "the load cannot run in this cluster",
      "it does not support Jobs that replace no pod (backoffLimitPerIndex)",
      "use Kubernetes 1.29 or newer, or k6-operator: kubernetes.load",
    );
  return { apiVersion: "batch/v1", kind: "Job", name: options.name, uid: metadata?.uid ?? "" };
}

async function createTestRun({ custom }: Api, options: ClusterOptions): Promise<V1OwnerReference> {
  const { namespace } = options;
  const body = testRunOf(options);
  const made: { metadata?: V1ObjectMeta } = await custom
    .createNamespacedCustomObject({ ...TEST_RUNS, namespace, body })
    .catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      throw usageFailure(
        "k6-operator is not installed",
        "the cluster has no TestRun resource (k6.io/v1alpha1)",
        'install it, or let fhirdrill start the load itself: kubernetes.load: "job"',
      );
    });
  return { apiVersion: body.apiVersion, kind: body.kind, name: options.name, uid: made.metadata?.uid ?? "" };
}

function refuseTooLarge(data: Record<string, string>): void {
  const bytes = Object.entries(data).reduce((sum, [key, text]) => sum + key.length + Buffer.byteLength(text), 0);
  if (bytes <= MOST_BYTES) return;
  throw usageFailure(
    "the load does not fit into the cluster",
    `its runners need ${(bytes / 2 ** 20).toFixed(1)} MiB of data, and a ConfigMap holds 1 MiB`,
    "use fewer or smaller resources of your own (load.resources)",
  );
}
