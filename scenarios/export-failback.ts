import type { Scenario } from "../harness/model/plan/scenario.ts";
import { exportAcrossFailover } from "./export-across-failover.ts";

export const exportFailback: Scenario = {
  ...exportAcrossFailover,
  name: "export-failback",
  asks: "Region A is lost while its server writes the files of a bulk export, and serves again before B has finished it. Who finishes it?",
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 10 }],
  // Waits until A follows. B needs two job passes for an export in progress, and four for a restarted one.
  orders: [{ kind: "switchover", to: "a", afterSeconds: 50 }],
};
