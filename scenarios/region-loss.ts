import type { Scenario } from "../harness/model/plan/scenario.ts";

export const regionLoss: Scenario = {
  name: "region-loss",
  asks: "Region A is lost at one instant, under load. Which writes are lost, and how long can nobody write?",
  goodAnswer:
    "Clients write again through the same address within seconds. Only the writes of the last moments are lost.",
  start: { replicated: true, resources: 0 },
  load: {
    ratePerSecond: 30,
    mix: { put: 5, post: 3, bundle: 1, update: 1 },
    warmUpSeconds: 15,
    baselineSeconds: 10,
    afterSeconds: 30,
    timeoutSeconds: 5,
  },
  faults: [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 }],
  orders: [],
  bulkExport: null,
  devices: null,
  disaster: 0,
};
