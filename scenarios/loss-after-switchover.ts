import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const lossAfterSwitchover: Scenario = {
  ...regionLoss,
  name: "loss-after-switchover",
  asks: "Region B is lost after a planned switchover to it. Does A take over as well as B would have?",
  goodAnswer:
    "Clients write again through the same address within seconds. Only the writes of the last moments are lost.",
  faults: [{ kind: "region-loss", side: "b", how: "refusal", afterSeconds: 15 }],
  orders: [{ kind: "switchover", to: "b", afterSeconds: 0 }],
};
