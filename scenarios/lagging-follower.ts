import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const laggingFollower: Scenario = {
  ...regionLoss,
  name: "lagging-follower",
  asks: "B is seconds behind when A's server dies, and A's database lives: is what B still lacks fetched before it serves?",
  goodAnswer:
    "A failover that waits for it loses nothing and takes longer; one that does not loses the last writes, all of them stranded on A.",
  faults: [
    // Half of what B needs to keep up: it falls behind by seconds, and a connection that waits longer would be ended.
    { kind: "link-bandwidth", link: "replication", kilobytesPerSecond: 70, afterSeconds: 0 },
    { kind: "process-kill", part: "hapi-a", afterSeconds: 8 },
  ],
  disaster: 1,
};
