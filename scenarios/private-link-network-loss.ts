import type { Scenario } from "../harness/model/plan/scenario.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";

export const privateLinkNetworkLoss: Scenario = {
  ...privateLinkServiceLoss,
  name: "private-link-network-loss",
  asks: "Region A is lost with its client network: resolver, private endpoint and the way to B's network. Do the clients of B's network get to the service?",
  goodAnswer:
    "They do, through an endpoint of their own region, as soon as the record names it and they look it up again.",
  load: { ...privateLinkServiceLoss.load, afterSeconds: 75 },
  faults: [{ kind: "region-loss", side: "a", how: "refusal", network: true, afterSeconds: 0 }],
};
