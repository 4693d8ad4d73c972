import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const asymmetricPartition: Scenario = {
  ...regionLoss,
  name: "asymmetric-partition",
  asks: "Requests reach region A and its answers do not come back: what was written that nobody was told of?",
  goodAnswer: "The operator fails over; writes of unknown outcome stay unknown, none that was acknowledged is lost.",
  faults: [{ kind: "packet-drop", link: "hapi-a", direction: "answer", afterSeconds: 0, healAfterSeconds: 20 }],
};
