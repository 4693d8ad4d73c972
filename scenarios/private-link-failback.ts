import type { Scenario } from "../harness/model/plan/scenario.ts";
import { plannedFailback } from "./planned-failback.ts";

export const privateLinkFailback: Scenario = {
  ...plannedFailback,
  name: "private-link-failback",
  asks: "The service in region A is lost, comes back, and serves again after a failback. Do clients of both networks go on through all of it?",
  goodAnswer: "Both do: they are without it for seconds at the loss, and for about a second at the failback.",
  load: { ...plannedFailback.load, runners: 2, afterSeconds: 30 },
  privateLink: true,
};
