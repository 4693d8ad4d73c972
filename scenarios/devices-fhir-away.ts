import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesFhirAway: Scenario = {
  ...devicesRegionLoss,
  name: "devices-fhir-away",
  asks: "The FHIR service is unreachable until more messages wait than a broker's default queue holds (1000). Are messages dropped?",
  goodAnswer: "No. The queue grows, and all of it is written in order once the service is back.",
  load: { ...devicesRegionLoss.load, ratePerSecond: 10, afterSeconds: 15 },
  // 1350 messages during the outage.
  devices: { count: 10, ratePerSecond: 3 },
  faults: [{ kind: "link-cut", link: "edge", afterSeconds: 0, healAfterSeconds: 45 }],
  disaster: null,
};
