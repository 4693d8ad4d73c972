import type { Scenario } from "../harness/model/plan/scenario.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";

export const privateLinkNetworkLoss: Scenario = {
  ...privateLinkServiceLoss,
  name: "private-link-network-loss",
  asks: "Region A is lost with its client network: resolver, private endpoint and peering with B's network. Do clients of B's network reach the service?",
  goodAnswer:
    "Yes, through an endpoint in their own region, as soon as the DNS record names it and they look it up again.",
  load: { ...privateLinkServiceLoss.load, afterSeconds: 75 },
  faults: [{ kind: "region-loss", side: "a", how: "refusal", network: true, afterSeconds: 0 }],
};
