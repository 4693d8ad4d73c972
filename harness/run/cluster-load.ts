/** The generator of a drill whose system runs in Kubernetes: its load runs there as well. */
import type { Generator } from "../load/generator.ts";
import { kubernetesLoad } from "../load/kubernetes/kubernetes-load.ts";
import type { Kubernetes } from "../model/plan/own-system.ts";
import type { Edge } from "../system/edge.ts";
import type { Cluster } from "../systems/attached/kubernetes/cluster.ts";
import { marksOf } from "../systems/attached/kubernetes/marks.ts";

export interface ClusterLoadOptions {
  cluster: Cluster;
  kubernetes: Kubernetes;
  /** The run's id in lower case: a label's value, and part of names. */
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
      const told = await edge.fromBeside(forMs);
      return base === undefined ? told : { ...told, baseUrl: base };
    },
  });
}
