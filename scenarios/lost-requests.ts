import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const lostRequests: Scenario = {
  ...regionLoss,
  name: "lost-requests",
  asks: "Requests to region A are dropped, although all its components are healthy. Is there a failover in time?",
  goodAnswer: "The operator fails over. No dropped request was carried out, and no acknowledged write is lost.",
  faults: [{ kind: "message-loss", link: "hapi-a", lost: "request", afterSeconds: 0, healAfterSeconds: 15 }],
};
