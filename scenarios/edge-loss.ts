import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const edgeLoss: Scenario = {
  ...regionLoss,
  name: "edge-loss",
  asks: "The failover proxy itself is killed and started again: what does the one part cost that stands before both regions?",
  goodAnswer: "Nobody can write while it is away; nobody fails over, for both regions are well, and nothing is lost.",
  faults: [{ kind: "process-kill", part: "nginx", afterSeconds: 0, healAfterSeconds: 5 }],
};
