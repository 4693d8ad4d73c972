import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

/** The rate before the loss is low: the steps begin well below what one site carries, and end above it. */
export const stepAfterFailover: Scenario = {
  ...regionLoss,
  name: "step-after-failover",
  asks: "Region A is lost, and once B has taken over, the load rises in steps. What rate can the remaining site carry?",
  goodAnswer: "More than the rate before the loss, and when the load falls again, writes are as fast as before.",
  load: {
    ...regionLoss.load,
    ratePerSecond: 20,
    afterSeconds: 85,
    shape: { kind: "step", afterSeconds: 20, seconds: 8, by: 1, steps: 6 },
  },
};
