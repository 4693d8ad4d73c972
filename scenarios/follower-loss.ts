import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const followerLoss: Scenario = {
  ...regionLoss,
  name: "follower-loss",
  asks: "Region B, which serves nobody, is gone for some seconds: do clients notice, and does it follow again?",
  goodAnswer:
    "Nobody notices (async), or writes wait until B's database is back (sync); nobody fails over, and both are equal in the end.",
  load: { ...regionLoss.load, afterSeconds: 60 },
  faults: [{ kind: "region-loss", side: "b", how: "refusal", afterSeconds: 0, healAfterSeconds: 15 }],
};
