import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const primaryDatabaseCrash: Scenario = {
  ...regionLoss,
  name: "primary-database-crash",
  asks: "The primary's database is killed and restarted a second later. Do writes resume without a failover?",
  goodAnswer: "Writes fail for some seconds, then resume on A or on B. No acknowledged write is lost.",
  faults: [{ kind: "process-kill", part: "pg-a", afterSeconds: 0, healAfterSeconds: 1 }],
};
