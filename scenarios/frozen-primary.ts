import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const frozenPrimary: Scenario = {
  ...regionLoss,
  name: "frozen-primary",
  asks: "Region A freezes for a while, then resumes. Do both sites accept writes, or is a write stored twice?",
  goodAnswer: "The operator fails over. What A had not finished when it froze is refused, and A does not serve again.",
  faults: [
    { kind: "freeze", part: "hapi-a", afterSeconds: 0, healAfterSeconds: 20 },
    { kind: "freeze", part: "pg-a", afterSeconds: 0, healAfterSeconds: 20 },
  ],
};
