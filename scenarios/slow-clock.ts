import type { Scenario } from "../harness/model/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const slowClock: Scenario = {
  ...regionLoss,
  name: "slow-clock",
  asks: "The clock of region B is ten minutes slow when it takes over: who asks for what changed since, do they get it?",
  goodAnswer: "All of it; else the writes that they will never be told of are counted. None is lost either way.",
  faults: [
    { kind: "clock-skew", side: "b", offsetSeconds: -600, afterSeconds: 0 },
    { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 5 },
  ],
  disaster: 1,
};
