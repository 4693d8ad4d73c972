/** The plan of a drill on the user's own system, on one page: what it does to what, what ends it, and what is not examined. */
import { dueBy } from "../model/load/shape.ts";
import type { Config } from "../model/plan/config.ts";
import { type Agreed, actsOn, argvText } from "../model/plan/own-plan.ts";
import type { OwnSystem } from "../model/plan/own-system.ts";
import { loadTimes, type Scenario, stagesOf } from "../model/plan/scenario.ts";
import { field, planText } from "./plan-text.ts";

export interface PlannedOwn {
  name: string;
  own: OwnSystem;
  scenario: Scenario;
  config: Config;
  looked: {
    targets: Agreed["targets"];
    software: string | null;
    fhirVersion: string | null;
    foreignPatients: number | null;
  };
  evicted: Agreed["evicted"];
  /** The checks that cannot be made on this system. */
  dark: readonly string[];
  hash: string;
  command: string;
  /** Free disk space in the results folder. */
  freeBytes: number;
}

export function ownPlanText({
  own,
  scenario,
  config,
  looked,
  evicted,
  dark,
  hash,
  command,
  freeBytes,
}: PlannedOwn): string {
  const { guard, fhir, observe, kubernetes } = own;
  const writes = Math.ceil(dueBy(stagesOf(scenario), loadTimes(scenario).end));
  const is = [looked.software ?? "a server that reports no name", looked.fhirVersion && `FHIR ${looked.fhirVersion}`];
  const acts = actsOn({ own, scenario, targets: looked.targets, evicted });
  const primary =
    observe.primary === undefined ? "not reported, so the RTO is not split" : "sampled four times a second";
  return [
    planText(scenario, config, { command: null, freeBytes }),
    ...field("system", `${fhir.base}: ${is.filter((each) => each !== null).join(", ")}`),
    ...(kubernetes === undefined
      ? []
      : field("cluster", `context ${kubernetes.context}, namespace ${kubernetes.namespace}`)),
    ...field("patients", patients(looked.foreignPatients)),
    ...acts.flatMap((line, i) => field(i === 0 ? "does" : "", line)),
    ...field("writes", `about ${writes}, plus probes and warm-up, all with the tag of the run; \`clean\` deletes them`),
    ...field("primary", primary),
    ...field(
      "guard",
      `heals and ends if nobody could write for ${guard.maxDowntimeSeconds} s, if more than ${100 * guard.maxThrottledShare} % is throttled, or on Ctrl-C`,
    ),
    ...(guard.stop === undefined
      ? []
      : field("", `or if this exits with a code other than 0: ${argvText(guard.stop)}`)),
    ...field("not examined", dark.join(", ") || "nothing"),
    ...field("hash", hash),
    "",
    ...field("command", command),
  ].join("\n");
}

function patients(foreign: number | null): string {
  if (foreign === null) return "the server does not report how many were not written by drills";
  return foreign === 0
    ? "none but those written by drills"
    : `${foreign} not written by drills; they are neither read nor changed`;
}
