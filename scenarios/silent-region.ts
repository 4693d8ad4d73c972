import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const silentRegion: Scenario = {
  ...regionLoss,
  name: "silent-region",
  asks: "Region A is gone, and nothing refuses a connection to it: every request into it hangs. How long until that is noticed?",
  goodAnswer: "Short timeouts notice it within seconds; with long ones, the outage is as long as they are.",
  faults: [{ kind: "region-loss", side: "a", how: "silence", afterSeconds: 0 }],
};
