import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";
import { flapping } from "./schedule.ts";

export const flappingLink: Scenario = {
  ...regionLoss,
  name: "flapping-link",
  asks: "The way to region A breaks and mends again and again: does anybody fail over to and fro?",
  goodAnswer: "At most one failover; each break costs about its own length, and nothing acknowledged is lost.",
  faults: flapping("hapi-a", { times: 5, downSeconds: 1, upSeconds: 2, afterSeconds: 0 }),
};
