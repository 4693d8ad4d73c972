import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesFhirAwayBridgeKilled: Scenario = {
  ...devicesRegionLoss,
  name: "devices-fhir-away-bridge-killed",
  asks: "The FHIR service cannot be reached, and the bridge is killed while messages of devices wait. Are they lost with it?",
  goodAnswer: "None is. They waited at the broker, which delivers them when the bridge is back.",
  faults: [
    { kind: "link-cut", link: "edge", afterSeconds: 0, healAfterSeconds: 20 },
    // A hundred messages have come by then.
    { kind: "process-kill", part: "bridge-a", afterSeconds: 10, healAfterSeconds: 3 },
  ],
  disaster: null,
};
