import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const databaseRestart: Scenario = {
  ...regionLoss,
  name: "database-restart",
  asks: "One process of the primary's database dies and takes all sessions with it: is the crash recovery in place enough?",
  goodAnswer: "Writes fail for a second or two and go on; nothing acknowledged is lost and nobody needs to fail over.",
  faults: [{ kind: "database-crash", side: "a", afterSeconds: 0 }],
};
