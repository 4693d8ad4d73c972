import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const plannedFailback: Scenario = {
  ...regionLoss,
  name: "planned-failback",
  asks: "Region A was lost, came back and follows B; now it shall serve again: what does the way back cost?",
  goodAnswer: "Writes are refused for about a second while sides are changed, and none is lost.",
  load: { ...regionLoss.load, afterSeconds: 20 },
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 10 }],
  orders: [{ kind: "switchover", to: "a", afterSeconds: 95 }],
};
