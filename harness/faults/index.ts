/** Every fault by its kind, and the things one does with one. */
import type { FaultOf, FaultSpec } from "../model/fault.ts";
import type { Topology } from "../topology/topology.ts";
import { clockSkew } from "./clock-skew.ts";
import { connectionExhaustion } from "./connection-exhaustion.ts";
import { cpuStarvation } from "./cpu-starvation.ts";
import { databaseCrash } from "./database-crash.ts";
import { diskFull } from "./disk-full.ts";
import { dnsFailure } from "./dns-failure.ts";
import { dnsStale } from "./dns-stale.ts";
import type { Evidence, Fault } from "./fault.ts";
import { freeze } from "./freeze.ts";
import { linkBandwidth } from "./link-bandwidth.ts";
import { linkCut } from "./link-cut.ts";
import { linkLatency } from "./link-latency.ts";
import { linkReset } from "./link-reset.ts";
import { linkSlowClose } from "./link-slow-close.ts";
import { messageLoss } from "./message-loss.ts";
import { packetDrop } from "./packet-drop.ts";
import { processKill } from "./process-kill.ts";
import { regionLoss } from "./region-loss.ts";

const FAULTS: { [Kind in FaultSpec["kind"]]: Fault<FaultOf<Kind>> } = {
  "link-cut": linkCut,
  "region-loss": regionLoss,
  "packet-drop": packetDrop,
  "dns-failure": dnsFailure,
  "dns-stale": dnsStale,
  "link-latency": linkLatency,
  "link-bandwidth": linkBandwidth,
  "link-reset": linkReset,
  "link-slow-close": linkSlowClose,
  "message-loss": messageLoss,
  "process-kill": processKill,
  freeze,
  "cpu-starvation": cpuStarvation,
  "clock-skew": clockSkew,
  "database-crash": databaseCrash,
  "connection-exhaustion": connectionExhaustion,
  "disk-full": diskFull,
};

export interface ReadyFault {
  spec: FaultSpec;
  inject: () => Promise<void>;
  evidence: () => Promise<Evidence>;
  recheck: () => Promise<Evidence>;
  heal: () => Promise<void>;
}

export function prepareFault(topology: Topology, spec: FaultSpec): ReadyFault {
  const fault = FAULTS[spec.kind] as Fault<FaultSpec>;
  return {
    spec,
    inject: () => fault.inject(topology, spec),
    evidence: () => fault.evidence(topology, spec),
    recheck: () => (fault.recheck ?? fault.evidence)(topology, spec),
    heal: () => fault.heal(topology, spec),
  };
}
