import type { Scenario } from "../harness/model/plan/scenario.ts";
import { devicesRegionLoss } from "./devices-region-loss.ts";

export const devicesRegionReturn: Scenario = {
  ...devicesRegionLoss,
  name: "devices-region-return",
  asks: "Region A is lost with its broker, comes back, and serves again. Do connections made after the failover survive the failback?",
  goodAnswer: "All of them do. What A's broker still held is delivered when it is back.",
  load: { ...devicesRegionLoss.load, afterSeconds: 70 },
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 10 }],
  // Waits until A follows again, which takes as long as its server takes to boot under load.
  orders: [{ kind: "switchover", to: "a", afterSeconds: 60 }],
};
