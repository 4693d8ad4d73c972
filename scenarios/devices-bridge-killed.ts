import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesBridgeKilled: Scenario = {
  ...devicesRegionLoss,
  name: "devices-bridge-killed",
  asks: "The bridge that writes the messages of devices is killed at work, twice. Is one lost, or stored twice?",
  goodAnswer: "None is. What the bridge had not written is delivered again.",
  faults: [
    { kind: "process-kill", part: "bridge-a", afterSeconds: 0, healAfterSeconds: 5 },
    { kind: "process-kill", part: "bridge-a", afterSeconds: 12, healAfterSeconds: 5 },
  ],
  disaster: null,
};
