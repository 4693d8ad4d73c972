import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const regionLossAfterPartition: Scenario = {
  ...regionLoss,
  name: "region-loss-after-partition",
  asks: "The link by which B follows A is cut, and region A is lost some seconds later. Which writes are lost?",
  goodAnswer:
    "With sync, writes stop when the link is cut. With async, exactly the writes of the last seconds are lost, and each is named.",
  faults: [
    { kind: "link-cut", link: "replication", afterSeconds: 0 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 5 },
  ],
  disaster: 1,
};
