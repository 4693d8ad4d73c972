/**
 * Answered by: clients of a latched proxy are answered by the side that the operator had sent them to. An acknowledgement by
 * the other one is a line that was changed, a step that was not told, or a proxy that did what it was not told.
 */
import type { OperatorEvent, PlanName } from "../model/event.ts";
import { OK } from "../model/history.ts";
import { PLAN_STEPS, type PlannedStep } from "../model/plan-steps.ts";
import type { RunRecord } from "../model/record.ts";
import type { Side } from "../model/side.ts";
import type { Interval } from "../stats/intervals.ts";
import { toldPlans } from "./told-plans.ts";

/** A connection that is kept open may end at the proxy's old worker for a moment. Measured: none that did. */
const MOMENT_MS = 1000;

/** Clients may have been sent to `side` in this time. */
interface Sent extends Interval {
  side: Side;
}

/** The first acknowledgement by a side that clients were not sent to then, in a sentence; none where each was. */
export function wrongAnswers({ history, run, events }: RunRecord): string[] {
  if (run.config.proxy !== "latched" || run.clock === null) return [];
  const aroundMs = MOMENT_MS + run.clock.errorMs;
  const sent = sentTo(events).map((each) => ({ ...each, fromMs: each.fromMs - aroundMs, toMs: each.toMs + aroundMs }));
  const { length, outcome, invokedMs, completedMs } = history;
  for (let i = 0; i < length; i += 1) {
    if (outcome[i] !== OK) continue;
    const [sentMs, ackMs, by] = [invokedMs[i] as number, completedMs[i] as number, history.servedByAt(i)];
    if (sent.some(({ side, fromMs, toMs }) => side === by && ackMs >= fromMs && sentMs <= toMs)) continue;
    const at = `at ${(ackMs / 1000).toFixed(3)} s`;
    return [
      `${history.idAt(i)} was acknowledged by ${by || "an unknown side"} ${at}, and clients had not been sent there`,
    ];
  }
  return [];
}

/** From the step that sent them there until the next that sent them elsewhere was over. */
function sentTo(events: RunRecord["events"]): Sent[] {
  const sent: Sent[] = [];
  let now: Sent[] = [{ side: "a", fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }];
  for (const { plan, steps, end, sides } of toldPlans(events)) {
    const latched = steps.find(({ step }) => step === "latched");
    const last = steps.at(-1);
    if (latched) {
      for (const each of now) each.toMs = latched.atMs;
      sent.push(...now);
      now = [{ side: latched.side, fromMs: latched.atMs - latched.tookMs, toMs: Number.POSITIVE_INFINITY }];
    } else if (end?.step === "failed" && last && sides[0] && isBeforeLatch(plan, last)) {
      // The step that failed may have sent them there all the same.
      now.push({ side: sides[0], fromMs: last.atMs, toMs: Number.POSITIVE_INFINITY });
    }
  }
  return [...sent, ...now];
}

function isBeforeLatch(plan: PlanName, { step }: OperatorEvent): boolean {
  const planned: readonly PlannedStep[] = PLAN_STEPS[plan];
  return planned[planned.findIndex((each) => each.step === step) + 1]?.step === "latched";
}
