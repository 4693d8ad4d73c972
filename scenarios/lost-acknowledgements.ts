import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const lostAcknowledgements: Scenario = {
  ...regionLoss,
  name: "lost-acknowledgements",
  asks: "Writes are carried out, but their acknowledgements never reach the clients. Which writes are stored without any client knowing?",
  goodAnswer:
    "Writes of that time have an unknown outcome and are stored exactly once. Clients that retry create no duplicates.",
  faults: [{ kind: "message-loss", link: "edge", lost: "acknowledgement", afterSeconds: 0, healAfterSeconds: 6 }],
};
