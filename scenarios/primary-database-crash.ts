import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const primaryDatabaseCrash: Scenario = {
  ...regionLoss,
  name: "primary-database-crash",
  asks: "The primary's database is killed and started again at once: is a short crash survived in place?",
  goodAnswer: "Writes fail for some seconds, then go on; nothing that was acknowledged is lost, whoever serves then.",
  faults: [{ kind: "process-kill", part: "pg-a", afterSeconds: 0, healAfterSeconds: 1 }],
};
