import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const lostRequests: Scenario = {
  ...regionLoss,
  name: "lost-requests",
  asks: "Requests to region A vanish on the way while all its parts are well: does anybody fail over in time?",
  goodAnswer: "The operator fails over; no write that vanished happened, and none that was acknowledged is lost.",
  faults: [{ kind: "message-loss", link: "hapi-a", lost: "request", afterSeconds: 0, healAfterSeconds: 15 }],
};
