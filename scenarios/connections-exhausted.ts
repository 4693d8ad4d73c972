import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const connectionsExhausted: Scenario = {
  ...regionLoss,
  name: "connections-exhausted",
  asks: "Somebody else takes all connections of the primary's database: does anybody notice a server that is up and cannot write?",
  goodAnswer: "The operator fails over within seconds, for it probes by writing; nothing acknowledged is lost.",
  faults: [{ kind: "connection-exhaustion", side: "a", afterSeconds: 0, healAfterSeconds: 15 }],
};
