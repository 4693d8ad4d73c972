import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const affectedRegionRecovery: Scenario = {
  ...regionLoss,
  name: "affected-region-recovery",
  asks: "Region A loses contact with B, is lost, and comes back. Are the writes that only A holds saved, and how soon is redundancy restored?",
  goodAnswer:
    "Every write that only A holds is saved. A follows B within a minute, and both sites have the same content.",
  load: { ...regionLoss.load, afterSeconds: 75 },
  faults: [
    // Cut until the region is back, with all its links.
    { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 20 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 3, healAfterSeconds: 17 },
  ],
  disaster: 1,
};
