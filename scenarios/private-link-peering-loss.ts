import type { Scenario } from "../harness/model/plan/scenario.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";

export const privateLinkPeeringLoss: Scenario = {
  ...privateLinkServiceLoss,
  name: "private-link-peering-loss",
  asks: "The two client networks lose the way to each other for 20 s, and both regions are well. Who is out, and does replication notice?",
  goodAnswer:
    "Only clients whose endpoint is in the other network, and only for as long. Replication goes on as before.",
  faults: [{ kind: "peering-loss", afterSeconds: 0, healAfterSeconds: 20 }],
};
