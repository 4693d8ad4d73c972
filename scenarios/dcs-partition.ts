import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const dcsPartition: Scenario = {
  ...regionLoss,
  name: "dcs-partition",
  asks: "A's database is cut off from the store of Patroni's lock, and clients can still reach it: are there ever two primaries?",
  goodAnswer: "A steps down before B takes over; writes fail in between, and none that was acknowledged is lost.",
  faults: [{ kind: "dcs-partition", side: "a", afterSeconds: 0, healAfterSeconds: 60 }],
};
