import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const plannedFailback: Scenario = {
  ...regionLoss,
  name: "planned-failback",
  asks: "Region A was lost, came back and follows B; now it shall serve again: what does the way back cost?",
  goodAnswer: "Writes are refused for about a second while sides are changed, and none is lost.",
  load: { ...regionLoss.load, afterSeconds: 70 },
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 10 }],
  // It waits until A follows, which takes as long as a server takes to boot.
  orders: [{ kind: "switchover", to: "a", afterSeconds: 60 }],
};
