import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const slowClock: Scenario = {
  ...regionLoss,
  name: "slow-clock",
  asks: "Region B's clock is ten minutes slow at failover. Do clients that poll by _lastUpdated miss changes?",
  goodAnswer: "No. If they do, the changes they miss are counted. No write is lost either way.",
  faults: [
    { kind: "clock-skew", side: "b", offsetSeconds: -600, afterSeconds: 0 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 5 },
  ],
  disaster: 1,
};
