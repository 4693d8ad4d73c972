import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const lostAcknowledgements: Scenario = {
  ...regionLoss,
  name: "lost-acknowledgements",
  asks: "Writes are carried out and their acknowledgements vanish on the way to the clients: what stands there that nobody was told of?",
  goodAnswer:
    "Writes of that time are of unknown outcome and stand there once; clients that try again make no second one.",
  faults: [{ kind: "message-loss", link: "edge", lost: "acknowledgement", afterSeconds: 0, healAfterSeconds: 6 }],
};
