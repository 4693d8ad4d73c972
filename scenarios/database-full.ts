import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const databaseFull: Scenario = {
  ...regionLoss,
  name: "database-full",
  asks: "The disk of the primary's database is full for a while. Is any acknowledged write lost?",
  goodAnswer: "Writes are refused, or the operator fails over. No acknowledged write is lost.",
  faults: [{ kind: "disk-full", side: "a", afterSeconds: 0, healAfterSeconds: 15 }],
};
