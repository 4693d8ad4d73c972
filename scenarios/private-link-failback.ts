import type { Scenario } from "../harness/model/plan/scenario.ts";
import { plannedFailback } from "./planned-failback.ts";

export const privateLinkFailback: Scenario = {
  ...plannedFailback,
  name: "private-link-failback",
  asks: "The service in region A is lost, comes back, and serves again after a failback. Do clients of both networks get through all of it?",
  goodAnswer: "Yes: the loss costs them seconds, and the failback about a second.",
  load: { ...plannedFailback.load, runners: 2 },
  privateLink: true,
};
