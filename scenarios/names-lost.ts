import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const namesLost: Scenario = {
  ...regionLoss,
  name: "names-lost",
  asks: "Names can no longer be resolved in region A while connections that stand go on: what breaks, and when?",
  goodAnswer: "Nothing at first; what must connect anew fails, and the operator fails over if writes do.",
  faults: [{ kind: "dns-failure", part: "hapi-a", afterSeconds: 0, healAfterSeconds: 20 }],
};
