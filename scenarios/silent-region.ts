import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const silentRegion: Scenario = {
  ...regionLoss,
  name: "silent-region",
  asks: "Region A is lost, and requests to it hang instead of being refused. How long until that is detected?",
  goodAnswer: "Short timeouts detect it within seconds. With long ones, the outage lasts as long as the timeouts.",
  faults: [{ kind: "region-loss", side: "a", how: "silence", afterSeconds: 0 }],
};
