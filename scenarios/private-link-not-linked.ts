import type { Scenario } from "../harness/model/plan/scenario.ts";
import { privateLinkServiceLoss } from "./private-link-service-loss.ts";

export const privateLinkNotLinked: Scenario = {
  ...privateLinkServiceLoss,
  name: "private-link-not-linked",
  asks: "The private zone is not linked to B's client network, which nobody notices while connections last. Then the service in region A is lost. Which clients reconnect?",
  goodAnswer:
    "Clients of both networks should. Without the link, B's clients find no address: the zone must be linked to each network, and each link tested.",
  load: { ...privateLinkServiceLoss.load, afterSeconds: 75 },
  faults: [
    { kind: "zone-unlinked", side: "b", afterSeconds: 0 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 5 },
  ],
  disaster: 1,
};
