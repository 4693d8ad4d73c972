import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const replicationPartition: Scenario = {
  ...regionLoss,
  name: "replication-partition",
  asks: "The link by which B follows A is cut for some seconds and restored. How far does B fall behind, and do both sites converge again?",
  goodAnswer:
    "With async, nobody notices, and B catches up within seconds. With sync, writes stop and the operator fails over. Nothing is lost.",
  load: { ...regionLoss.load, afterSeconds: 20 },
  faults: [{ kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 15 }],
};
