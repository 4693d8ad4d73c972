import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const affectedRegionRecovery: Scenario = {
  ...regionLoss,
  name: "affected-region-recovery",
  asks: "Region A is lost just after it had lost touch with B, and returns: what does it alone hold, and how long until there are two again?",
  goodAnswer: "What A alone holds is saved, write by write; A follows B within a minute, and both are equal.",
  load: { ...regionLoss.load, afterSeconds: 75 },
  faults: [
    // Until the region is back, and all its ways with it.
    { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 20 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 3, healAfterSeconds: 17 },
  ],
  disaster: 1,
};
