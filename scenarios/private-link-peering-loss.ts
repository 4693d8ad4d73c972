import type { Scenario } from "../harness/model/plan/scenario.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";

export const privateLinkPeeringLoss: Scenario = {
  ...privateLinkServiceLoss,
  name: "private-link-peering-loss",
  asks: "The peering between the two client networks is down for 20 s; both regions are healthy. Which clients are cut off, and is replication affected?",
  goodAnswer:
    "Only clients whose endpoint is in the other network, and only for those 20 s. Replication goes on as before.",
  faults: [{ kind: "peering-loss", afterSeconds: 0, healAfterSeconds: 20 }],
};
