import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const plannedSwitchover: Scenario = {
  ...regionLoss,
  name: "planned-switchover",
  asks: "Nothing is broken, and B shall serve instead of A: what does a planned change of sides cost?",
  goodAnswer: "Writes are refused for about a second while sides are changed, and none is lost.",
  faults: [],
  orders: [{ kind: "switchover", to: "b", afterSeconds: 0 }],
  disaster: null,
};
