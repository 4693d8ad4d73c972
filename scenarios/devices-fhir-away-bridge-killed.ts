import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesFhirAwayBridgeKilled: Scenario = {
  ...devicesRegionLoss,
  name: "devices-fhir-away-bridge-killed",
  asks: "The FHIR service is unreachable, and the bridge is killed while device messages are waiting. Are they lost?",
  goodAnswer: "No. They wait at the broker, which delivers them when the bridge is back.",
  faults: [
    { kind: "link-cut", link: "edge", afterSeconds: 0, healAfterSeconds: 20 },
    // A hundred messages have arrived by then.
    { kind: "process-kill", part: "bridge-a", afterSeconds: 10, healAfterSeconds: 3 },
  ],
  disaster: null,
};
