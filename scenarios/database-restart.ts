import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const databaseRestart: Scenario = {
  ...regionLoss,
  name: "database-restart",
  asks: "One process of the primary's database crashes, which ends all sessions. Is crash recovery in place enough?",
  goodAnswer: "Writes fail for a second or two and resume. No acknowledged write is lost, and no failover is needed.",
  faults: [{ kind: "database-crash", side: "a", afterSeconds: 0 }],
};
