import type { Scenario } from "../harness/model/plan/scenario.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";

export const privateLinkResolverLoss: Scenario = {
  ...privateLinkServiceLoss,
  name: "private-link-resolver-loss",
  asks: "The resolver of B's client network is lost for 20 s, and all else is well. Do its clients notice?",
  goodAnswer: "Those with open connections do not. Who makes a new one is out until the resolver is back.",
  faults: [{ kind: "resolver-loss", side: "b", afterSeconds: 0, healAfterSeconds: 20 }],
};
