import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const slowRegion: Scenario = {
  ...regionLoss,
  name: "slow-region",
  asks: "The link between region A's FHIR server and its database becomes slow but does not fail. Is there a failover, and should there be?",
  goodAnswer: "Writes are slow but acknowledged. If there is a failover, it loses nothing.",
  faults: [{ kind: "link-latency", link: "pg-a", latencyMs: 60, jitterMs: 20, afterSeconds: 0, healAfterSeconds: 15 }],
};
