import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesBridgeKilled: Scenario = {
  ...devicesRegionLoss,
  name: "devices-bridge-killed",
  asks: "The bridge, which writes device messages to FHIR, is killed twice while it works. Is a message lost or stored twice?",
  goodAnswer: "No. The broker delivers what the bridge had not written again.",
  faults: [
    { kind: "process-kill", part: "bridge-a", afterSeconds: 0, healAfterSeconds: 5 },
    { kind: "process-kill", part: "bridge-a", afterSeconds: 12, healAfterSeconds: 5 },
  ],
  disaster: null,
};
