/** The one list of what can be tried. The first is the default. */
import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";
import { regionLossAfterPartition } from "./region-loss-after-partition.ts";
import { replicationPartition } from "./replication-partition.ts";

export const SCENARIOS: readonly Scenario[] = [regionLoss, regionLossAfterPartition, replicationPartition];
