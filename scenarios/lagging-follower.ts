import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const laggingFollower: Scenario = {
  ...regionLoss,
  name: "lagging-follower",
  asks: "B is seconds behind when A's FHIR server dies; A's database is still up. Does B get the missing writes before it serves?",
  goodAnswer:
    "A failover that waits for them loses nothing and takes longer. One that does not wait loses the last writes, but all of them are stranded: still in A's database.",
  faults: [
    // Half of what B needs to keep up, so it lags by seconds. With less, the connection would be closed.
    { kind: "link-bandwidth", link: "replication", kilobytesPerSecond: 70, afterSeconds: 0 },
    { kind: "process-kill", part: "hapi-a", afterSeconds: 8 },
  ],
  disaster: 1,
};
