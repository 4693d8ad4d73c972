import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const initialReplication: Scenario = {
  ...regionLoss,
  name: "initial-replication",
  asks: "Replication to B starts while A already holds data and is being written to. How long until B follows, and do clients notice?",
  goodAnswer: "The copy takes seconds per hundred megabytes, and writes are hardly slower meanwhile.",
  // Long enough for B's server to boot: the cost of a follower is measured once B could take over.
  load: { ...regionLoss.load, afterSeconds: 90 },
  start: { replicated: false, resources: 3000 },
  faults: [],
  orders: [{ kind: "start-replication", afterSeconds: 0 }],
  disaster: null,
};
