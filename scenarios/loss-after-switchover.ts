import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const lossAfterSwitchover: Scenario = {
  ...regionLoss,
  name: "loss-after-switchover",
  asks: "Sides were changed by order, and now the region that serves, B, is lost: does A take over as B would have?",
  goodAnswer: "Clients write again through the same address within seconds; only writes of the last moments are lost.",
  faults: [{ kind: "region-loss", side: "b", how: "refusal", afterSeconds: 15 }],
  orders: [{ kind: "switchover", to: "b", afterSeconds: 0 }],
};
