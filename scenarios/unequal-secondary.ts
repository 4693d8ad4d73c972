import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const unequalSecondary: Scenario = {
  ...regionLoss,
  name: "unequal-secondary",
  asks: "Region B is a good deal smaller than A when it must take over: does it keep up, and does it carry the load?",
  goodAnswer: "It follows closely, and after the failover it serves the whole rate; if it cannot, it was too small.",
  load: { ...regionLoss.load, ratePerSecond: 20 },
  faults: [
    { kind: "cpu-starvation", part: "pg-b", cores: 0.5, afterSeconds: 0 },
    { kind: "cpu-starvation", part: "hapi-b", cores: 0.5, afterSeconds: 0 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 8 },
  ],
  disaster: 2,
};
