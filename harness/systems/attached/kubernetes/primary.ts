/** Determines the primary by the status of a CloudNativePG cluster, or by the labels of a pod. */
import { z } from "zod";
import type { OwnSystem } from "../../../model/plan/own-system.ts";
import { SITES, type SiteName } from "../../../model/plan/site.ts";
import { firstIssue } from "../issue.ts";
import { apiReason } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { isReady, podsIn } from "./pods.ts";

type Primary = NonNullable<OwnSystem["observe"]["primary"]>;
export type OfCnpg = Extract<Primary, { cnpg: unknown }>["cnpg"];
export type OfPods = Extract<Primary, { pods: unknown }>["pods"];

const CNPG = { group: "postgresql.cnpg.io", version: "v1", plural: "clusters" };

const StatusSchema = z.object({
  status: z.object({ currentPrimary: z.string().optional(), targetPrimary: z.string().optional() }),
});

/**
 * `null` while there is none: during a failover or a switchover, the operator's target differs from the current primary.
 * Rejects if that is unknown.
 */
export async function primaryOfCnpg(
  { custom, namespace }: Cluster,
  { cluster, sites }: OfCnpg,
): Promise<SiteName | null> {
  const asked = custom.getNamespacedCustomObject({ ...CNPG, namespace, name: cluster });
  const answer: unknown = await asked.catch((error: unknown) => {
    throw new Error(`the cluster ${cluster} of CloudNativePG cannot be read: ${apiReason(error)}`, { cause: error });
  });
  const { success, data, error } = StatusSchema.safeParse(answer);
  if (!success) throw new Error(`the cluster ${cluster} has an unknown kind of status: ${firstIssue(error)}`);
  const { currentPrimary, targetPrimary } = data.status;
  if (!currentPrimary || currentPrimary !== targetPrimary) return null;
  return siteOf(currentPrimary, sites);
}

/** `null` while no ready pod has the labels. Rejects if several have them: then it is unknown. */
export async function primaryByLabels(cluster: Cluster, { labels, sites }: OfPods): Promise<SiteName | null> {
  const labelSelector = Object.entries(labels)
    .map((label) => label.join("="))
    .join(",");
  const [pod, ...more] = (await podsIn(cluster, { labelSelector })).filter(isReady);
  if (pod === undefined) return null;
  if (more.length > 0) throw new Error(`${more.length + 1} pods have ${labelSelector}`);
  return siteOf(pod.metadata?.name ?? "", sites);
}

function siteOf(pod: string, sites: Record<SiteName, string>): SiteName {
  const site = SITES.find((side) => sites[side] === pod);
  if (site === undefined)
    throw new Error(
      `${pod} is the primary but belongs to no site: observe.primary names ${Object.values(sites).join(" and ")}`,
    );
  return site;
}
