import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

/** For `fhirdrill self-test`. Not in the list, because it tests the judge, not the system. */
export const selfTest: Scenario = {
  ...regionLoss,
  name: "self-test",
  asks: "Does the judge find every seeded defect, and no others?",
  goodAnswer: "Every seeded loss, change, copy and outage is named, and no other.",
  load: { ...regionLoss.load, ratePerSecond: 25, warmUpSeconds: 9, baselineSeconds: 6, afterSeconds: 10 },
  faults: [
    { kind: "link-cut", link: "edge", afterSeconds: 0, healAfterSeconds: 5 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 10 },
  ],
  disaster: 1,
};
