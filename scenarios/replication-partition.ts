import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const replicationPartition: Scenario = {
  ...regionLoss,
  name: "replication-partition",
  asks: "The link by which B follows A is cut for some seconds and heals: how far did B fall behind, and are both equal again?",
  goodAnswer: "Nobody fails over and nothing is lost; soon after the healing B holds what A holds.",
  load: { ...regionLoss.load, afterSeconds: 20 },
  faults: [{ kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 15 }],
};
