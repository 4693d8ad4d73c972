import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesBrokerKilled: Scenario = {
  ...devicesRegionLoss,
  name: "devices-broker-killed",
  asks: "A's broker is killed and started again while its bridge is away. Are the messages that it had acknowledged still there?",
  goodAnswer: "Every message that a device got an acknowledgement for reaches the FHIR server.",
  faults: [
    { kind: "process-kill", part: "bridge-a", afterSeconds: 0, healAfterSeconds: 18 },
    { kind: "process-kill", part: "broker-a", afterSeconds: 10, healAfterSeconds: 3 },
  ],
  disaster: null,
};
