import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const frozenPrimary: Scenario = {
  ...regionLoss,
  name: "frozen-primary",
  asks: "Region A stands still for a while and goes on as if nothing had been: do both sides take writes, or one write twice?",
  goodAnswer:
    "The operator fails over; what A still had in its hands when it woke up is refused, and it never serves again.",
  faults: [
    { kind: "freeze", part: "hapi-a", afterSeconds: 0, healAfterSeconds: 20 },
    { kind: "freeze", part: "pg-a", afterSeconds: 0, healAfterSeconds: 20 },
  ],
};
