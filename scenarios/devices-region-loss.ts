import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const devicesRegionLoss: Scenario = {
  ...regionLoss,
  name: "devices-region-loss",
  asks: "Region A is lost with its broker and its bridge. Which device messages are lost, and do new connections work?",
  goodAnswer:
    "Each device connects to B's broker within seconds. Only messages of the last moments are lost, and none sent after the failover.",
  load: { ...regionLoss.load, ratePerSecond: 15 },
  devices: { count: 5, ratePerSecond: 2 },
};
