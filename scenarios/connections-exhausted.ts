import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const connectionsExhausted: Scenario = {
  ...regionLoss,
  name: "connections-exhausted",
  asks: "All connections of the primary's database are in use. Is a server that is up but cannot write detected?",
  goodAnswer: "The operator fails over within seconds, because its probes write. No acknowledged write is lost.",
  faults: [{ kind: "connection-exhaustion", side: "a", afterSeconds: 0, healAfterSeconds: 15 }],
};
