import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const exportAcrossFailover: Scenario = {
  ...regionLoss,
  name: "export-across-failover",
  asks: "Region A is lost while its server writes the files of a bulk export. Does B finish it, and is every resource in the files exactly once?",
  goodAnswer:
    "The client gets the files within minutes, at the same address, or a clear answer that its export is lost.",
  // A file holds a thousand resources; four files are written at a time.
  start: { replicated: true, resources: 10_000 },
  load: { ...regionLoss.load, ratePerSecond: 20, afterSeconds: 20 },
  bulkExport: { level: "patient", waitSeconds: 600 },
};
