import type { Scenario } from "../harness/model/plan/scenario.ts";
import { affectedRegionRecovery } from "./affected-region-recovery.ts";

export const relapse: Scenario = {
  ...affectedRegionRecovery,
  name: "relapse",
  asks: "Region A comes back and is lost again while it is rebuilt. Does the second rebuild succeed?",
  goodAnswer:
    "Every write that only A holds is saved once. B goes on serving. In the end, A follows B, and both sites have the same content.",
  faults: [
    { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 13 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 3, healAfterSeconds: 10 },
    // About a second into the copy: the operator checks once a second whether the site is back, and saves stranded
    // writes first.
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 15.5, healAfterSeconds: 10 },
  ],
};
