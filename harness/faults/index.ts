/** Every fault by its kind, and the three things one does with one. */
import type { FaultSpec } from "../model/fault.ts";
import type { Topology } from "../topology/topology.ts";
import type { Evidence, Fault } from "./fault.ts";
import { linkCut } from "./link-cut.ts";
import { regionLoss } from "./region-loss.ts";

const FAULTS: { [Kind in FaultSpec["kind"]]: Fault<Extract<FaultSpec, { kind: Kind }>> } = {
  "link-cut": linkCut,
  "region-loss": regionLoss,
};

export interface ReadyFault {
  spec: FaultSpec;
  inject: () => Promise<void>;
  evidence: () => Promise<Evidence>;
  heal: () => Promise<void>;
}

export function prepareFault(topology: Topology, spec: FaultSpec): ReadyFault {
  const fault = FAULTS[spec.kind] as Fault<FaultSpec>;
  return {
    spec,
    inject: () => fault.inject(topology, spec),
    evidence: () => fault.evidence(topology, spec),
    heal: () => fault.heal(topology, spec),
  };
}
