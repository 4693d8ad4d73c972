import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const privateLinkServiceLoss: Scenario = {
  ...regionLoss,
  name: "private-link-service-loss",
  asks: "The service in region A is lost; A's client network and its private endpoint are not. Do clients of both networks go on?",
  goodAnswer: "Both do, within seconds, and through the same endpoint. No record has to be switched for that.",
  load: { ...regionLoss.load, runners: 2 },
  privateLink: true,
};
