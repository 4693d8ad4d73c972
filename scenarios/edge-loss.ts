import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const edgeLoss: Scenario = {
  ...regionLoss,
  name: "edge-loss",
  asks: "The failover proxy, the one component in front of both regions, is killed and started again. What does that cost?",
  goodAnswer:
    "Nobody can write while it is down. There is no failover, because both regions are healthy, and nothing is lost.",
  faults: [{ kind: "process-kill", part: "nginx", afterSeconds: 0, healAfterSeconds: 5 }],
};
