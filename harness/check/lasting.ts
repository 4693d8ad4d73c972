/**
 * Whether each fault lasted from its evidence to its healing or, if it is never healed, to the end of the load, and was
 * checked all that time. A fault that ended by itself has broken less than the scenario says, and the measured outage
 * has another cause.
 *
 * A component that the operator stops and starts works afterwards, whatever was done to it: that is a response to the
 * fault, and does not count as an end of its own.
 */
import { type FaultSpec, faultName } from "../model/plan/fault.ts";
import type { DrillEvent, FaultEvent, OperatorEvent, StepName } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { seconds } from "../model/verdict/told.ts";

/** Checks run every other second, and one may observe nothing: a busy server may not answer it. */
const LONGEST_UNSEEN_MS = 10_000;
/** The longest duration of the last check itself, with its repetitions. */
const LAST_CHECK_MS = 4000;

/** A sentence for each fault that did not last, or may not have lasted. */
export function wrongLasting({ run, events, history }: RunRecord): string[] {
  const faultEvents = events.filter((event) => event.type === "fault");
  // Older versions, which set no seals, did not check faults while they lasted.
  if (run.record < 2 && !faultEvents.some(isOfLasting)) return [];

  return run.scenario.faults.flatMap((fault, index) => {
    const states = faultEvents.filter((event) => event.fault === index);
    const evidenced = states.find(({ state }) => state === "evidenced");
    if (evidenced === undefined) return [];
    const ceased = states.find(({ state }) => state === "not-lasted");
    if (ceased !== undefined)
      return isEndedByOperator(fault, evidenced, ceased, events) ? [] : [`${faultName(fault)} ${howItEnded(ceased)}`];
    const lasted = states.find(({ state }) => state === "lasted");
    if (lasted === undefined) return [`it was not checked whether ${faultName(fault)} lasted`];
    const unseenMs = longestUnseenMs(evidenced, lasted);
    if (unseenMs === null) return [`it is not known for how long ${faultName(fault)} was not checked`];
    const healedMs = states.find(({ state }) => state === "healed")?.detail.orderedMs;
    // Without k6's clock the end of the load is not known.
    const endMs = healedMs ?? (run.clock === null ? undefined : history.invokedMs[history.length - 1]) ?? lasted.atMs;
    const longestMs = Math.max(unseenMs, endMs - lasted.atMs);
    return longestMs <= LONGEST_UNSEEN_MS
      ? []
      : [`${faultName(fault)} was not observed for ${seconds(longestMs / 1000)}`];
  });
}

/** `null` if that many checks, at most that far apart, cannot span the time from the evidence to the last check. */
function longestUnseenMs(
  evidenced: FaultEvent,
  { atMs, detail: { looks, longestUnseenMs } }: FaultEvent,
): number | null {
  if (looks === undefined || longestUnseenMs === undefined) return null;
  const reachMs = looks * longestUnseenMs + LAST_CHECK_MS;
  return looks >= 1 && atMs - evidenced.atMs <= reachMs ? longestUnseenMs : null;
}

function isOfLasting({ state }: FaultEvent): boolean {
  return state === "lasted" || state === "not-lasted";
}

function howItEnded({ atMs, detail: { lastSeenMs } }: FaultEvent): string {
  const last = lastSeenMs === undefined ? "" : `last active at ${seconds(lastSeenMs / 1000)}, `;
  return `did not last: ${last}not active at ${seconds(atMs / 1000)}`;
}

/** Steps that show that a plan has stopped the component that it works on. */
const STOPPED: readonly StepName[] = ["saved", "replayed", "copied", "following", "restarted", "redirected"];

function isEndedByOperator(
  fault: FaultSpec,
  evidenced: FaultEvent,
  ceased: FaultEvent,
  events: readonly DrillEvent[],
): boolean {
  const steps = events.filter((event): event is OperatorEvent => event.type === "operator" && ends(event, fault));
  return steps.some((shown, i) => {
    if (!STOPPED.includes(shown.step) || shown.atMs < evidenced.atMs) return false;
    // A rebuild stops the server before the first step that shows it, and after the one by which it begins.
    const isBegin = ({ plan, step }: OperatorEvent) => plan === shown.plan && step === "returned";
    const { atMs, tookMs } = steps.slice(0, i).findLast(isBegin) ?? shown;
    return atMs - tookMs <= ceased.atMs;
  });
}

/** Whether the plan of that step ends such a fault as a side effect. */
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
    // Serving across restores these two: clients reach that site's server, and it reaches the other site's database.
    case "link-cut":
      return plan === "serve-across" && [`hapi-${side}`, `pg-${side}`].includes(fault.link);
    case "region-loss":
      return plan === "serve-across" && fault.side === side;
    default:
      return false;
  }
}
