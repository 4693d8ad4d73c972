import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const asymmetricPartition: Scenario = {
  ...regionLoss,
  name: "asymmetric-partition",
  asks: "Requests reach region A, but its answers are dropped. Which writes were carried out without an acknowledgement?",
  goodAnswer: "The operator fails over. Writes of unknown outcome stay unknown, and no acknowledged write is lost.",
  faults: [{ kind: "packet-drop", link: "hapi-a", direction: "answer", afterSeconds: 0, healAfterSeconds: 20 }],
};
