import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

const minutes = (count: number) => 60 * count;

/** With warm-up and baseline, the load lasts an hour: 180,000 writes. */
export const longRun: Scenario = {
  ...regionLoss,
  name: "long-run",
  asks: "Within an hour, region A is lost twice and fails back each time; in between, its database crashes. Does anything accumulate over time?",
  goodAnswer:
    "Each fault costs as much as in a short drill. After each, replication is restored, and in the end both sites have the same content.",
  load: { ...regionLoss.load, ratePerSecond: 50, warmUpSeconds: 90, baselineSeconds: 270, afterSeconds: minutes(10) },
  faults: [
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: minutes(5), healAfterSeconds: 60 },
    { kind: "database-crash", side: "a", afterSeconds: minutes(20) },
    { kind: "region-loss", side: "a", how: "silence", afterSeconds: minutes(30), healAfterSeconds: 60 },
  ],
  // Each waits until A follows, which takes as long as copying everything written so far.
  orders: [
    { kind: "switchover", to: "a", afterSeconds: minutes(15) },
    { kind: "switchover", to: "a", afterSeconds: minutes(45) },
  ],
  disaster: 0,
};
