/** The generator for a system in Kubernetes: its load runs in the same cluster. */
import type { Generator } from "../load/generator.ts";
import { kubernetesLoad } from "../load/kubernetes/kubernetes-load.ts";
import type { Kubernetes } from "../model/plan/own-system.ts";
import type { Edge } from "../system/edge.ts";
import type { Cluster } from "../systems/attached/kubernetes/cluster.ts";
import { marksOf } from "../systems/attached/kubernetes/marks.ts";

export interface ClusterLoadOptions {
  cluster: Cluster;
  kubernetes: Kubernetes;
  /** The run's id in lower case: a label value, and used in names. */
  run: string;
  edge: Pick<Edge, "fromBeside">;
  runners: number;
  signal: AbortSignal;
}

export function clusterLoad({ cluster, kubernetes, run, edge, runners, signal }: ClusterLoadOptions): Generator {
  const { base } = kubernetes;
  return kubernetesLoad({
    ...{ cluster, kubernetes, runners, signal },
    name: `fhirdrill-${run}`,
    marks: marksOf(run),
    fromBeside: async (forMs) => {
      const service = await edge.fromBeside(forMs);
      return base === undefined ? service : { ...service, baseUrl: base };
    },
  });
}
