import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const crossRegion: Scenario = {
  ...regionLoss,
  name: "cross-region",
  asks: "Compute is back in region A while its data is still in B: what does every write pay for the way in between?",
  goodAnswer: "Each write is slower by some round trips between the regions; nothing is lost, and no rate.",
  load: { ...regionLoss.load, ratePerSecond: 20, afterSeconds: 45 },
  orders: [{ kind: "serve-across", compute: "a", latencyMs: 10, afterSeconds: 20 }],
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 }],
};
