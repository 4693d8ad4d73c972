import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const slowRegion: Scenario = {
  ...regionLoss,
  name: "slow-region",
  asks: "The way between the server and its database in region A becomes slow, not dead: does anybody fail over, and should they?",
  goodAnswer: "Writes are slow and acknowledged; a failover, if there is one, loses nothing.",
  faults: [{ kind: "link-latency", link: "pg-a", latencyMs: 60, jitterMs: 20, afterSeconds: 0, healAfterSeconds: 15 }],
};
