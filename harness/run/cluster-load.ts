/** The load of a system in Kubernetes, started in its cluster. */
import type { Generator } from "../load/generator.ts";
import { usageFailure } from "../model/failure.ts";
import type { Kubernetes } from "../model/plan/own-system.ts";
import type { Edge } from "../system/edge.ts";
import type { Cluster } from "../systems/attached/kubernetes/cluster.ts";

export interface ClusterLoadOptions {
  cluster: Cluster;
  kubernetes: Kubernetes;
  run: string;
  edge: Edge;
  runners: number;
  signal: AbortSignal;
}

export function clusterLoad(_: ClusterLoadOptions): Generator {
  throw usageFailure("the load cannot run in a cluster yet", "nothing starts it there", "drill a system of containers");
}
