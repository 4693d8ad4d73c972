import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const fullCircle: Scenario = {
  ...regionLoss,
  name: "full-circle",
  asks: "B loses contact; A slows down and is lost; B takes over; A comes back, follows and serves again. What does the whole cycle cost?",
  goodAnswer:
    "Every write that only A held is saved. Both sites have the same content before the failback, and the failback loses nothing.",
  load: { ...regionLoss.load, ratePerSecond: 30, afterSeconds: 70 },
  faults: [
    { kind: "link-latency", link: "pg-a", latencyMs: 20, jitterMs: 5, afterSeconds: 0, healAfterSeconds: 10 },
    { kind: "link-cut", link: "replication", afterSeconds: 12, healAfterSeconds: 18 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 15, healAfterSeconds: 15 },
  ],
  // Waits until A follows again.
  orders: [{ kind: "switchover", to: "a", afterSeconds: 75 }],
  disaster: 2,
};
