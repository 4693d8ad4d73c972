import type { Scenario } from "../harness/model/plan/scenario.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";

export const privateLinkNotLinked: Scenario = {
  ...privateLinkServiceLoss,
  name: "private-link-not-linked",
  asks: "The private zone is not linked to B's client network, and nobody notices while connections last. Then the service in region A is lost: who comes back?",
  goodAnswer:
    "Clients of both networks would. Without the link those of B's find no address any more: the zone has to be linked to each network by hand, and each link tried.",
  load: { ...privateLinkServiceLoss.load, afterSeconds: 75 },
  faults: [
    { kind: "zone-unlinked", side: "b", afterSeconds: 0 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 5 },
  ],
  disaster: 1,
};
