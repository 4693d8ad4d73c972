import type { Scenario } from "../harness/model/plan/scenario.ts";
import { exportAcrossFailover } from "./export-across-failover.ts";

export const exportSystemLevel: Scenario = {
  ...exportAcrossFailover,
  name: "export-system-level",
  asks: "Region A is lost while its server writes the files of an export of the whole server. Does B finish it?",
  bulkExport: { level: "system", waitSeconds: 600 },
};
