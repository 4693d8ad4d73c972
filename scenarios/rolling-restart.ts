import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const rollingRestart: Scenario = {
  ...regionLoss,
  name: "rolling-restart",
  asks: "Both regions are restarted under load, one after the other, as for an upgrade. What do clients notice?",
  goodAnswer: "Two short pauses, one per switchover. Nothing is lost.",
  load: { ...regionLoss.load, afterSeconds: 70 },
  faults: [],
  // Each waits for the one before it.
  orders: [
    { kind: "restart", side: "b", afterSeconds: 0 },
    { kind: "switchover", to: "b", afterSeconds: 30 },
    { kind: "restart", side: "a", afterSeconds: 60 },
    { kind: "switchover", to: "a", afterSeconds: 90 },
  ],
  disaster: null,
};
