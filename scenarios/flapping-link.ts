import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";
import { flapping } from "./schedule.ts";

export const flappingLink: Scenario = {
  ...regionLoss,
  name: "flapping-link",
  asks: "The link to region A is repeatedly cut and restored. How many failovers does that cause?",
  goodAnswer: "At most one. Each cut costs about its own length, and no acknowledged write is lost.",
  faults: flapping("hapi-a", { times: 5, downSeconds: 1, upSeconds: 2, afterSeconds: 0 }),
};
