import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const dcsLoss: Scenario = {
  ...regionLoss,
  name: "dcs-loss",
  asks: "Patroni's lock store (DCS) is lost for a minute while both databases are healthy. How long can nobody write?",
  goodAnswer:
    "With failsafe_mode, writes go on. Without it, the primary steps down until the store is back. No acknowledged write is lost.",
  faults: [{ kind: "dcs-loss", afterSeconds: 0, healAfterSeconds: 60 }],
};
