/** The Kubernetes version of a cluster, for the record. */
import { apiReason } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";

export async function versionOf({ version }: Cluster): Promise<string> {
  return version.getCode().then(
    ({ gitVersion }) => gitVersion,
    (error) => `unknown: ${apiReason(error)}`,
  );
}
