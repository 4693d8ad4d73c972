/**
 * Whether each fault lasted from its evidence to its healing or, where nobody heals it, to the end of the load, and was
 * looked at all the while. One that ended by itself has broken less than the scenario says, and the outage that was measured
 * is another's.
 *
 * What the operator takes down and up again works afterwards whatever was done to it: that is an answer to the fault, and no
 * end of its own.
 */
import { type FaultSpec, faultName } from "../model/plan/fault.ts";
import type { DrillEvent, FaultEvent, OperatorEvent, StepName } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { seconds } from "../model/verdict/told.ts";

/** Looks come every other second, and one may see nothing: a server that is asked may be busy. */
const LONGEST_UNSEEN_MS = 10_000;
/** What the last look itself takes at the most, with its repetitions. */
const LOOK_MS = 4000;

/** A sentence for each fault that did not last, or of which that is not known. */
export function wrongLasting({ run, events, history }: RunRecord): string[] {
  const told = events.filter((event) => event.type === "fault");
  // A record of before faults were looked at while they lasted: of before there were seals.
  if (run.record < 2 && !told.some(isOfLasting)) return [];

  return run.scenario.faults.flatMap((fault, index) => {
    const states = told.filter((event) => event.fault === index);
    const evidenced = states.find(({ state }) => state === "evidenced");
    if (evidenced === undefined) return [];
    const ceased = states.find(({ state }) => state === "not-lasted");
    if (ceased !== undefined)
      return isEndedByOperator(fault, evidenced, ceased, events) ? [] : [`${faultName(fault)} ${howItEnded(ceased)}`];
    const lasted = states.find(({ state }) => state === "lasted");
    if (lasted === undefined) return [`nobody looked whether ${faultName(fault)} lasted`];
    const unseenMs = longestUnseenMs(evidenced, lasted);
    if (unseenMs === null) return [`it is not known how long ${faultName(fault)} was not looked at`];
    const healedMs = states.find(({ state }) => state === "healed")?.detail.orderedMs;
    // Without k6's clock nobody knows when the load ended.
    const endMs = healedMs ?? (run.clock === null ? undefined : history.invokedMs[history.length - 1]) ?? lasted.atMs;
    const longestMs = Math.max(unseenMs, endMs - lasted.atMs);
    return longestMs <= LONGEST_UNSEEN_MS ? [] : [`${faultName(fault)} was not seen for ${seconds(longestMs / 1000)}`];
  });
}

/** `null` when so many looks, so far apart at the most, do not reach from the evidence to the last one. */
function longestUnseenMs(
  evidenced: FaultEvent,
  { atMs, detail: { looks, longestUnseenMs } }: FaultEvent,
): number | null {
  if (looks === undefined || longestUnseenMs === undefined) return null;
  const reachMs = looks * longestUnseenMs + LOOK_MS;
  return looks >= 1 && atMs - evidenced.atMs <= reachMs ? longestUnseenMs : null;
}

function isOfLasting({ state }: FaultEvent): boolean {
  return state === "lasted" || state === "not-lasted";
}

function howItEnded({ atMs, detail: { lastSeenMs } }: FaultEvent): string {
  const last = lastSeenMs === undefined ? "" : `last seen to bite at ${seconds(lastSeenMs / 1000)}, and `;
  return `did not last: ${last}not seen to at ${seconds(atMs / 1000)}`;
}

/** Steps that show that a plan has taken down what it is about. */
const TAKEN_DOWN: readonly StepName[] = ["saved", "replayed", "copied", "following", "restarted", "redirected"];

function isEndedByOperator(
  fault: FaultSpec,
  evidenced: FaultEvent,
  ceased: FaultEvent,
  events: readonly DrillEvent[],
): boolean {
  const steps = events.filter((event): event is OperatorEvent => event.type === "operator" && ends(event, fault));
  return steps.some((shown, i) => {
    if (!TAKEN_DOWN.includes(shown.step) || shown.atMs < evidenced.atMs) return false;
    // A rebuild stops the server before the first step that shows it, and after the one by which it begins.
    const isBegin = ({ plan, step }: OperatorEvent) => plan === shown.plan && step === "returned";
    const { atMs, tookMs } = steps.slice(0, i).findLast(isBegin) ?? shown;
    return atMs - tookMs <= ceased.atMs;
  });
}

/** Whether the plan of that step ends such a fault on its way. */
function ends({ plan, side }: Pick<OperatorEvent, "plan" | "side">, fault: FaultSpec): boolean {
  const servers = ["rebuild", "restart", "serve-across"].includes(plan) ? [`hapi-${side}`] : [];
  const restarted = plan === "restart" ? [...servers, `pg-${side}`] : servers;
  switch (fault.kind) {
    case "process-kill":
    case "freeze":
    case "dns-failure":
    case "dns-stale":
      return restarted.includes(fault.part);
    case "connection-exhaustion":
      return restarted.includes(`pg-${fault.side}`);
    // These two it lets in again, so that clients get to that side's server, and it to the other's database.
    case "link-cut":
      return plan === "serve-across" && [`hapi-${side}`, `pg-${side}`].includes(fault.link);
    case "region-loss":
      return plan === "serve-across" && fault.side === side;
    default:
      return false;
  }
}
