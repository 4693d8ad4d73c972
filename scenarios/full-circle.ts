import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const fullCircle: Scenario = {
  ...regionLoss,
  name: "full-circle",
  asks: "The whole life of a disaster: B loses touch, A grows slow and is lost, B takes over, A returns, follows, and serves again.",
  goodAnswer: "What only A held is saved; both sides are equal before the way back, and the way back loses nothing.",
  load: { ...regionLoss.load, ratePerSecond: 30, afterSeconds: 70 },
  faults: [
    { kind: "link-latency", link: "pg-a", latencyMs: 20, jitterMs: 5, afterSeconds: 0, healAfterSeconds: 10 },
    { kind: "link-cut", link: "replication", afterSeconds: 12, healAfterSeconds: 18 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 15, healAfterSeconds: 15 },
  ],
  // It waits until A follows again.
  orders: [{ kind: "switchover", to: "a", afterSeconds: 75 }],
  disaster: 2,
};
