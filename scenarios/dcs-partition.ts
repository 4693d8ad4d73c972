import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const dcsPartition: Scenario = {
  ...regionLoss,
  name: "dcs-partition",
  asks: "A's database is cut off from the store of Patroni's lock, and clients can still reach it: does it step down before B takes over?",
  goodAnswer: "It does: writes fail in between, and none that was acknowledged is lost.",
  faults: [{ kind: "dcs-partition", side: "a", afterSeconds: 0, healAfterSeconds: 60 }],
};
