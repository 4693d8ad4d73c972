import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesBrokerKilled: Scenario = {
  ...devicesRegionLoss,
  name: "devices-broker-killed",
  asks: "A's broker is killed and restarted while its bridge is down. Does it still hold the messages it had acknowledged?",
  goodAnswer: "Every acknowledged message reaches the FHIR server.",
  faults: [
    { kind: "process-kill", part: "bridge-a", afterSeconds: 0, healAfterSeconds: 18 },
    { kind: "process-kill", part: "broker-a", afterSeconds: 10, healAfterSeconds: 3 },
  ],
  disaster: null,
};
