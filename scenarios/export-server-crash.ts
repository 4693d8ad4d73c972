import type { Scenario } from "../harness/model/plan/scenario.ts";
import { exportAcrossFailover } from "./export-across-failover.ts";

export const exportServerCrash: Scenario = {
  ...exportAcrossFailover,
  name: "export-server-crash",
  asks: "Only the FHIR server of region A is killed while it writes the files of a bulk export. Does B finish it?",
  // A's database still answers, so A is rebuilt as the follower under load.
  load: { ...exportAcrossFailover.load, afterSeconds: 60 },
  faults: [{ kind: "process-kill", part: "hapi-a", afterSeconds: 0 }],
};
