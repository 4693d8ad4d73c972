/**
 * A fault: what it does, how one sees that it bit, how it is taken back. One fault, one file; `faults/index.ts` lists
 * them. Evidence comes from a look of its own, never from the fact that the order was given.
 */
import type { Topology } from "../topology/topology.ts";

export interface Evidence {
  bit: boolean;
  /** What was seen; the same look tells, after the healing, that it no longer bites. */
  detail: Record<string, unknown>;
}

export interface Fault<Spec> {
  inject: (topology: Topology, spec: Spec) => Promise<void>;
  evidence: (topology: Topology, spec: Spec) => Promise<Evidence>;
  /** Takes back what can be taken back, so that the evidence can be read off the parts; a killed server stays dead. */
  heal: (topology: Topology, spec: Spec) => Promise<void>;
}
