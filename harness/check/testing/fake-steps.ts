/** Events of a complete plan of the operator: the steps of the table, evenly spaced, and its end. Pure. */
import type { Config } from "../../model/plan/config.ts";
import { PLAN_STEPS, type PlannedStep } from "../../model/plan/plan-steps.ts";
import { otherSite, type SiteName } from "../../model/plan/site.ts";
import type { OperatorEvent, PlanName, StepName } from "../../model/record/event.ts";

/** `side`: the site that it is about. `details` are by step; an optional step is there if it has one. */
export function toldPlan(
  plan: PlanName,
  side: SiteName,
  config: Config,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  details: Partial<Record<StepName, OperatorEvent["detail"]>> = {},
): OperatorEvent[] {
  const planned: readonly PlannedStep[] = PLAN_STEPS[plan];
  const steps = planned.filter(
    ({ step, when, ifNeeded }) => (when?.(config) ?? true) && (!ifNeeded || details[step] !== undefined),
  );
  const event = (step: StepName, on: SiteName, atMs: number): OperatorEvent => {
    return { type: "operator", plan, step, side: on, atMs, tookMs: 0, detail: details[step] ?? {} };
  };
  const apartMs = (toMs - fromMs) / Math.max(1, steps.length - 1);
  return [
    ...steps.map(({ step, on }, i) => event(step, on === "side" ? side : otherSite(side), fromMs + i * apartMs)),
    { ...event("done", side, toMs), tookMs: toMs - fromMs },
  ];
}
