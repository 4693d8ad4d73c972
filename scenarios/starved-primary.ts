import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const starvedPrimary: Scenario = {
  ...regionLoss,
  name: "starved-primary",
  asks: "Region A gets a fraction of the processor it needs: slow, late, not dead. Who fails over, and when?",
  goodAnswer: "Either writes go on slowly, or the operator fails over once and for good; nothing is lost.",
  faults: [{ kind: "cpu-starvation", part: "hapi-a", cores: 0.1, afterSeconds: 0, healAfterSeconds: 15 }],
};
