import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const followerLoss: Scenario = {
  ...regionLoss,
  name: "follower-loss",
  asks: "Region B, which serves no clients, is lost for some seconds. Do clients notice, and does B follow again?",
  goodAnswer:
    "With async, nobody notices. With sync, writes wait until B's database is back. There is no failover, and in the end both sites have the same content.",
  load: { ...regionLoss.load, afterSeconds: 60 },
  faults: [{ kind: "region-loss", side: "b", how: "refusal", afterSeconds: 0, healAfterSeconds: 15 }],
};
