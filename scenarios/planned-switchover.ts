import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const plannedSwitchover: Scenario = {
  ...regionLoss,
  name: "planned-switchover",
  asks: "Nothing is broken. What does a planned switchover from A to B cost?",
  goodAnswer: "Writes are refused for about a second during the switchover, and none is lost.",
  faults: [],
  orders: [{ kind: "switchover", to: "b", afterSeconds: 0 }],
  disaster: null,
};
