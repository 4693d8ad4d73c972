import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const regionLossAfterPartition: Scenario = {
  ...regionLoss,
  name: "region-loss-after-partition",
  asks: "The link by which B follows A is cut, and region A is lost some seconds later: what did nobody notice?",
  goodAnswer:
    "Either writes stop with the link (sync), or exactly those of the last seconds are lost, each of them named.",
  faults: [
    { kind: "link-cut", link: "replication", afterSeconds: 0 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 5 },
  ],
  disaster: 1,
};
