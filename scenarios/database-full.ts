import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const databaseFull: Scenario = {
  ...regionLoss,
  name: "database-full",
  asks: "The disk of the primary's database is full: is that a failure like any other, and what stands when there is room again?",
  goodAnswer: "Writes are refused or the operator fails over; nothing that was acknowledged is lost.",
  faults: [{ kind: "disk-full", side: "a", afterSeconds: 0, healAfterSeconds: 15 }],
};
