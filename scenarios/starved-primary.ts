import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const starvedPrimary: Scenario = {
  ...regionLoss,
  name: "starved-primary",
  asks: "Region A's FHIR server gets a fraction of the processor it needs. Is there a failover, and when?",
  goodAnswer: "Either writes go on slowly, or the operator fails over once and for good. Nothing is lost.",
  faults: [{ kind: "cpu-starvation", part: "hapi-a", cores: 0.1, afterSeconds: 0, healAfterSeconds: 15 }],
};
