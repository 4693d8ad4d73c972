import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const dcsLoss: Scenario = {
  ...regionLoss,
  name: "dcs-loss",
  asks: "The store of Patroni's lock is lost for a minute, and both databases are well: how long can nobody write?",
  goodAnswer:
    "With failsafe_mode writes go on; without it the primary steps down until the store is back, and none is lost.",
  faults: [{ kind: "dcs-loss", afterSeconds: 0, healAfterSeconds: 60 }],
};
