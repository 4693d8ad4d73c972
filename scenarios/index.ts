/** The list of scenarios. The first is the default. */
import type { Scenario } from "../harness/model/plan/scenario.ts";
import { affectedRegionRecovery } from "./affected-region-recovery.ts";
import { asymmetricPartition } from "./asymmetric-partition.ts";
import { connectionsExhausted } from "./connections-exhausted.ts";
import { crossRegion } from "./cross-region.ts";
import { databaseFull } from "./database-full.ts";
import { databaseRestart } from "./database-restart.ts";
import { dcsLoss } from "./dcs-loss.ts";
import { dcsPartition } from "./dcs-partition.ts";
import { devicesBridgeKilled } from "./devices-bridge-killed.ts";
import { devicesBrokerKilled } from "./devices-broker-killed.ts";
import { devicesFhirAway } from "./devices-fhir-away.ts";
import { devicesFhirAwayBridgeKilled } from "./devices-fhir-away-bridge-killed.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";
import { devicesRegionReturn } from "./devices-region-return.ts";
import { edgeLoss } from "./edge-loss.ts";
import { exportAcrossFailover } from "./export-across-failover.ts";
import { exportFailback } from "./export-failback.ts";
import { exportPlannedFailover } from "./export-planned-failover.ts";
import { exportServerCrash } from "./export-server-crash.ts";
import { exportSystemLevel } from "./export-system-level.ts";
import { flappingLink } from "./flapping-link.ts";
import { followerLoss } from "./follower-loss.ts";
import { frozenPrimary } from "./frozen-primary.ts";
import { fullCircle } from "./full-circle.ts";
import { initialReplication } from "./initial-replication.ts";
import { keyRevoked } from "./key-revoked.ts";
import { laggingFollower } from "./lagging-follower.ts";
import { longRun } from "./long-run.ts";
import { lossAfterSwitchover } from "./loss-after-switchover.ts";
import { lostAcknowledgements } from "./lost-acknowledgements.ts";
import { lostRequests } from "./lost-requests.ts";
import { namesLost } from "./names-lost.ts";
import { plannedFailback } from "./planned-failback.ts";
import { plannedSwitchover } from "./planned-switchover.ts";
import { primaryDatabaseCrash } from "./primary-database-crash.ts";
import { privateLinkFailback } from "./private-link-failback.ts";
import { privateLinkNetworkLoss } from "./private-link-network-loss.ts";
import { privateLinkNotLinked } from "./private-link-not-linked.ts";
import { privateLinkPeeringLoss } from "./private-link-peering-loss.ts";
import { privateLinkResolverLoss } from "./private-link-resolver-loss.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";
import { randomScenario } from "./random.ts";
import { readsAcrossFailover } from "./reads-across-failover.ts";
import { regionLoss } from "./region-loss.ts";
import { regionLossAfterPartition } from "./region-loss-after-partition.ts";
import { relapse } from "./relapse.ts";
import { replicationPartition } from "./replication-partition.ts";
import { rollingRestart } from "./rolling-restart.ts";
import { silentRegion } from "./silent-region.ts";
import { slowClock } from "./slow-clock.ts";
import { slowRegion } from "./slow-region.ts";
import { starvedPrimary } from "./starved-primary.ts";
import { stepAfterFailover } from "./step-after-failover.ts";
import { undersizedStandby } from "./undersized-standby.ts";
import { vaultAwayFailback } from "./vault-away-failback.ts";
import { vaultAwayFailover } from "./vault-away-failover.ts";
import { vaultAwayRebuild } from "./vault-away-rebuild.ts";
import { vaultLoss } from "./vault-loss.ts";
import { vaultPartition } from "./vault-partition.ts";

export const SCENARIOS: readonly Scenario[] = [
  regionLoss,
  regionLossAfterPartition,
  silentRegion,
  frozenPrimary,
  primaryDatabaseCrash,
  databaseRestart,
  databaseFull,
  connectionsExhausted,
  starvedPrimary,
  slowRegion,
  laggingFollower,
  asymmetricPartition,
  flappingLink,
  lostRequests,
  lostAcknowledgements,
  namesLost,
  edgeLoss,
  followerLoss,
  replicationPartition,
  undersizedStandby,
  slowClock,
  dcsLoss,
  dcsPartition,
  initialReplication,
  affectedRegionRecovery,
  relapse,
  plannedFailback,
  plannedSwitchover,
  lossAfterSwitchover,
  rollingRestart,
  crossRegion,
  stepAfterFailover,
  readsAcrossFailover,
  fullCircle,
  exportAcrossFailover,
  exportServerCrash,
  exportPlannedFailover,
  exportFailback,
  exportSystemLevel,
  devicesRegionLoss,
  devicesRegionReturn,
  devicesBrokerKilled,
  devicesBridgeKilled,
  devicesFhirAway,
  devicesFhirAwayBridgeKilled,
  privateLinkServiceLoss,
  privateLinkFailback,
  privateLinkNetworkLoss,
  privateLinkPeeringLoss,
  privateLinkResolverLoss,
  privateLinkNotLinked,
  vaultPartition,
  vaultLoss,
  keyRevoked,
  vaultAwayFailover,
  vaultAwayRebuild,
  vaultAwayFailback,
];

/** Older names, which stand in stored runs and in what people type; each with the name of today. */
export const FORMER_NAMES: Readonly<Record<string, string>> = { "unequal-secondary": undersizedStandby.name };

/** Scenarios that take an hour or more. They run only by name: a matrix leaves them out. */
export const LONG: readonly Scenario[] = [longRun];

/** Scenarios generated from the seed. */
export const COMPOSED: readonly ((seed: number) => Scenario)[] = [randomScenario];
