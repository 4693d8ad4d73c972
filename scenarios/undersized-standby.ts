import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const undersizedStandby: Scenario = {
  ...regionLoss,
  name: "undersized-standby",
  asks: "Region B is much smaller than A when it takes over. Does it keep up as the follower, and carry the load after the failover?",
  goodAnswer: "It follows closely, and serves the full rate after the failover. If it cannot, it is undersized.",
  load: { ...regionLoss.load, ratePerSecond: 20 },
  faults: [
    { kind: "cpu-starvation", part: "pg-b", cores: 0.5, afterSeconds: 0 },
    { kind: "cpu-starvation", part: "hapi-b", cores: 0.5, afterSeconds: 0 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 8 },
  ],
  disaster: 2,
};
