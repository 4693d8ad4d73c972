import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const crossRegion: Scenario = {
  ...regionLoss,
  name: "cross-region",
  asks: "After a failover to B, compute is back in region A while the data is still in B. How much slower is each write?",
  goodAnswer:
    "Each write is slower by some round trips between the regions. Nothing is lost, and the rate stays the same.",
  load: { ...regionLoss.load, ratePerSecond: 20, afterSeconds: 45 },
  orders: [{ kind: "serve-across", compute: "a", latencyMs: 10, afterSeconds: 20 }],
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 }],
};
