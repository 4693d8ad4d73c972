/** Every fault by its kind, and the three things one does with one. */
import type { FaultOf, FaultSpec } from "../model/fault.ts";
import type { Topology } from "../topology/topology.ts";
import { connectionExhaustion } from "./connection-exhaustion.ts";
import { cpuStarvation } from "./cpu-starvation.ts";
import { databaseCrash } from "./database-crash.ts";
import { diskFull } from "./disk-full.ts";
import type { Evidence, Fault } from "./fault.ts";
import { freeze } from "./freeze.ts";
import { linkCut } from "./link-cut.ts";
import { processKill } from "./process-kill.ts";
import { regionLoss } from "./region-loss.ts";

const FAULTS: { [Kind in FaultSpec["kind"]]: Fault<FaultOf<Kind>> } = {
  "link-cut": linkCut,
  "region-loss": regionLoss,
  "process-kill": processKill,
  freeze,
  "cpu-starvation": cpuStarvation,
  "database-crash": databaseCrash,
  "connection-exhaustion": connectionExhaustion,
  "disk-full": diskFull,
};

export interface ReadyFault {
  spec: FaultSpec;
  inject: () => Promise<void>;
  evidence: () => Promise<Evidence>;
  heal: () => Promise<void>;
  healShowsWithinMs?: number | undefined;
}

export function prepareFault(topology: Topology, spec: FaultSpec): ReadyFault {
  const fault = FAULTS[spec.kind] as Fault<FaultSpec>;
  return {
    spec,
    inject: () => fault.inject(topology, spec),
    evidence: () => fault.evidence(topology, spec),
    heal: () => fault.heal(topology, spec),
    healShowsWithinMs: fault.healShowsWithinMs,
  };
}
