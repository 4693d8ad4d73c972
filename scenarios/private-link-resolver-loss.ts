import type { Scenario } from "../harness/model/plan/scenario.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";

export const privateLinkResolverLoss: Scenario = {
  ...privateLinkServiceLoss,
  name: "private-link-resolver-loss",
  asks: "The resolver of B's client network is down for 20 s; all else is healthy. Do its clients notice?",
  goodAnswer: "Clients with open connections do not. New connections fail until the resolver is back.",
  faults: [{ kind: "resolver-loss", side: "b", afterSeconds: 0, healAfterSeconds: 20 }],
};
