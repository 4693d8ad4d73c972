/** The operator's failovers, each from its detection to its last step. Pure. */
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent, StepName } from "../model/record/event.ts";

export interface Failover {
  /** The site that was given up. */
  side: SiteName;
  detected: OperatorEvent;
  /** Those after the detection, in order. */
  steps: OperatorEvent[];
}

/** A detection that was then refused or called off is no failover: nothing was touched. */
const TOUCHED: readonly StepName[] = ["fenced", "promoted", "latched", "done"];

export function failoversIn(events: readonly DrillEvent[]): Failover[] {
  const failovers: Failover[] = [];
  for (const event of events) {
    if (event.type !== "operator" || event.plan !== "failover") continue;
    if (event.step === "detected") failovers.push({ side: event.side, detected: event, steps: [] });
    else failovers.at(-1)?.steps.push(event);
  }
  return failovers.filter(({ steps }) => steps.some(({ step }) => TOUCHED.includes(step)));
}

/**
 * The last step of the first failover that began at that time or later and came to its end. Older records lack `done`,
 * and a passive proxy is never routed.
 */
export function failedOverMs(events: readonly DrillEvent[], sinceMs: number): number | undefined {
  const ended = failoversIn(events).find(
    ({ detected, steps }) =>
      detected.atMs >= sinceMs && steps.some(({ step }) => step === "latched" || step === "done"),
  );
  return ended?.steps.at(-1)?.atMs;
}
