import type { Scenario } from "../harness/model/plan/scenario.ts";
import { exportAcrossFailover } from "./export-across-failover.ts";

export const exportPlannedFailover: Scenario = {
  ...exportAcrossFailover,
  name: "export-planned-failover",
  asks: "Nothing is broken. In a planned switchover, B takes over while A's server writes the files of a bulk export. Does B finish it?",
  faults: [],
  orders: [{ kind: "switchover", to: "b", afterSeconds: 0 }],
  disaster: null,
};
