import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const laggingFollower: Scenario = {
  ...regionLoss,
  name: "lagging-follower",
  asks: "B is seconds behind when A's server dies, and A's database lives: is what B still lacks fetched before it serves?",
  goodAnswer:
    "A failover that waits for it loses nothing and takes longer; one that does not loses the last writes, all of them stranded on A.",
  faults: [
    { kind: "link-latency", link: "replication", latencyMs: 2500, jitterMs: 0, afterSeconds: 0 },
    { kind: "process-kill", part: "hapi-a", afterSeconds: 10 },
  ],
  disaster: 1,
};
