/** All faults, by kind. */
import type { Capability } from "../model/plan/capability.ts";
import type { FaultOf, FaultSpec } from "../model/plan/fault.ts";
import { isDeviceComponent } from "../model/plan/site.ts";
import type { System } from "../system/system.ts";
import { clockSkew } from "./clock-skew.ts";
import { connectionExhaustion } from "./connection-exhaustion.ts";
import { cpuStarvation } from "./cpu-starvation.ts";
import { databaseCrash } from "./database-crash.ts";
import { dcsLoss } from "./dcs-loss.ts";
import { dcsPartition } from "./dcs-partition.ts";
import { diskFull } from "./disk-full.ts";
import { dnsFailure } from "./dns-failure.ts";
import { dnsStale } from "./dns-stale.ts";
import type { Acts, Fault } from "./fault.ts";
import { freeze } from "./freeze.ts";
import { hook } from "./hook.ts";
import { keyRevocation } from "./key-revocation.ts";
import { linkBandwidth } from "./link-bandwidth.ts";
import { linkCut } from "./link-cut.ts";
import { linkLatency } from "./link-latency.ts";
import { linkReset } from "./link-reset.ts";
import { linkSlowClose } from "./link-slow-close.ts";
import { messageLoss } from "./message-loss.ts";
import { nodeDrain } from "./node-drain.ts";
import { packetDrop } from "./packet-drop.ts";
import { peeringLoss } from "./peering-loss.ts";
import { podKill } from "./pod-kill.ts";
import { processKill } from "./process-kill.ts";
import { regionLoss } from "./region-loss.ts";
import { resolverLoss } from "./resolver-loss.ts";
import { targetCrash } from "./target-crash.ts";
import { targetFreeze } from "./target-freeze.ts";
import { targetIsolation } from "./target-isolation.ts";
import { targetLoss } from "./target-loss.ts";
import { targetStarvation } from "./target-starvation.ts";
import { vaultLoss } from "./vault-loss.ts";
import { vaultPartition } from "./vault-partition.ts";
import { zoneUnlinked } from "./zone-unlinked.ts";

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
  "dcs-loss": dcsLoss,
  "dcs-partition": dcsPartition,
  "resolver-loss": resolverLoss,
  "zone-unlinked": zoneUnlinked,
  "peering-loss": peeringLoss,
  "vault-partition": vaultPartition,
  "vault-loss": vaultLoss,
  "key-revocation": keyRevocation,
  "target-loss": targetLoss,
  "target-crash": targetCrash,
  "target-freeze": targetFreeze,
  "target-isolation": targetIsolation,
  "target-starvation": targetStarvation,
  "pod-kill": podKill,
  "node-drain": nodeDrain,
  hook,
};

export interface ArmedFault extends Required<Acts> {
  spec: FaultSpec;
}

export function armFault(system: System, spec: FaultSpec): ArmedFault {
  const fault = FAULTS[spec.kind] as Fault<FaultSpec>;
  const acts = fault.arm(system, spec);
  return { spec, recheck: acts.evidence, ...acts };
}

export function needsOf(spec: FaultSpec): readonly Capability[] {
  const { needs } = FAULTS[spec.kind];
  if (spec.kind === "region-loss" && spec.network) return [...needs, "privateLink"];
  return "part" in spec && isDeviceComponent(spec.part) ? [...needs, "devices"] : needs;
}
