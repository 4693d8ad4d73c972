import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const dcsPartition: Scenario = {
  ...regionLoss,
  name: "dcs-partition",
  asks: "A's database is cut off from Patroni's lock store (DCS), but clients still reach it. Does it step down before B takes over?",
  goodAnswer: "Yes. Writes fail in between, and no acknowledged write is lost.",
  faults: [{ kind: "dcs-partition", side: "a", afterSeconds: 0, healAfterSeconds: 60 }],
};
