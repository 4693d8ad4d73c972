import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const readsAcrossFailover: Scenario = {
  ...regionLoss,
  name: "reads-across-failover",
  asks: "Region A is lost while clients also read and search. How long can nobody read, and is what they read up to date?",
  goodAnswer: "Reads are answered again no later than writes, and none of them is stale.",
  load: {
    ...regionLoss.load,
    ratePerSecond: 20,
    mix: { put: 2, post: 1, bundle: 1, update: 6 },
    reads: { ratePerSecond: 20, of: "both" },
  },
};
