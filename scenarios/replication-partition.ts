import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const replicationPartition: Scenario = {
  ...regionLoss,
  name: "replication-partition",
  asks: "The link by which B follows A is cut for some seconds and heals: how far did B fall behind, and are both equal again?",
  goodAnswer:
    "Nobody notices and B catches up within seconds (async), or writes stop and the operator fails over (sync): nothing is lost.",
  load: { ...regionLoss.load, afterSeconds: 20 },
  faults: [{ kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 15 }],
};
