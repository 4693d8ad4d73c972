import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesFhirAway: Scenario = {
  ...devicesRegionLoss,
  name: "devices-fhir-away",
  asks: "The FHIR service cannot be reached for longer than a broker's default queue of 1000 messages holds. Are messages dropped?",
  goodAnswer: "None is. The queue grows, and all of it is written once the service is back, in order.",
  load: { ...devicesRegionLoss.load, ratePerSecond: 10, afterSeconds: 15 },
  // 1350 messages while it is away.
  devices: { count: 10, ratePerSecond: 3 },
  faults: [{ kind: "link-cut", link: "edge", afterSeconds: 0, healAfterSeconds: 45 }],
  disaster: null,
};
