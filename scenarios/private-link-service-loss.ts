import type { Scenario } from "../harness/model/plan/scenario.ts";
import { regionLoss } from "./region-loss.ts";

export const privateLinkServiceLoss: Scenario = {
  ...regionLoss,
  name: "private-link-service-loss",
  asks: "The service in region A is lost; A's client network and its private endpoint are not. Can clients of both networks keep writing?",
  goodAnswer: "Yes, within seconds and through the same endpoint. No DNS record has to be switched.",
  load: { ...regionLoss.load, runners: 2 },
  privateLink: true,
};
