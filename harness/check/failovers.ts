/** The operator's failovers, each from its detection to its last step. Pure. */
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent, StepName } from "../model/record/event.ts";

export interface Failover {
  /** The side that was given up. */
  side: SiteName;
  detected: OperatorEvent;
  /** Those after the detection, in order. */
  steps: OperatorEvent[];
}

/** What was only detected, and then refused or called off, is none: nothing was touched. */
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
 * Of the first that was begun at that time or later and came to its end: its last step. Older records lack `done`, and where
 * the proxy is passive nobody latches it.
 */
export function failedOverMs(events: readonly DrillEvent[], sinceMs: number): number | undefined {
  const ended = failoversIn(events).find(
    ({ detected, steps }) =>
      detected.atMs >= sinceMs && steps.some(({ step }) => step === "latched" || step === "done"),
  );
  return ended?.steps.at(-1)?.atMs;
}
