import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const plannedFailback: Scenario = {
  ...regionLoss,
  name: "planned-failback",
  asks: "Region A was lost, came back and follows B. What does the switchover back to A cost?",
  goodAnswer: "Writes are refused for about a second during the switchover, and none is lost.",
  load: { ...regionLoss.load, afterSeconds: 70 },
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 10 }],
  // Waits until A follows, which takes as long as its server takes to boot.
  orders: [{ kind: "switchover", to: "a", afterSeconds: 60 }],
};
