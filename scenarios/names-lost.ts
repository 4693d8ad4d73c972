import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const namesLost: Scenario = {
  ...regionLoss,
  name: "names-lost",
  asks: "Region A's FHIR server can no longer resolve names, but its open connections still work. What breaks, and when?",
  goodAnswer: "Nothing at first. New connections fail, and the operator fails over if writes fail.",
  faults: [{ kind: "dns-failure", part: "hapi-a", afterSeconds: 0, healAfterSeconds: 20 }],
};
