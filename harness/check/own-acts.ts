/**
 * Own acts: acts of the schedule after the disaster that are responsible for what follows them: the injection of
 * another fault, a planned operation, which acts when the operator begins its first step, and a rise of the load's
 * rate, when that begins. An act counts only ten seconds or more after the disaster, and only if service had been back
 * for as long. Otherwise nobody can say what caused the next outage, and it stays on the clock of what came before. An
 * outage that began before the act, but by no more than a write may take to be served, belongs to the act: it hit
 * writes that were in flight.
 */
import type { DrillEvent, OperatorEvent, PlannedOperationEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import type { Facts } from "./facts.ts";
import { plannedStages } from "./pace.ts";

/** Good seconds before an act, without which nobody can say what caused the next outage. */
export const QUIET_MS = 10_000;

export interface Act {
  atMs: number;
  name: string;
}

/** In order of time; `away`: when service was away, since the disaster. */
export function ownActs(record: RunRecord, facts: Facts, disasterMs: number, away: readonly Interval[]): Act[] {
  // Writes that an act hits in flight were sent before it.
  const wasAway = (atMs: number) => away.findLast(({ fromMs }) => fromMs < atMs - facts.servedWithinMs);
  const scheduled = record.events.map((event) => actOf(event, record)).filter((act) => act !== undefined);
  return [...scheduled, ...risesIn(record).filter(({ atMs }) => atMs > disasterMs)]
    .filter(({ atMs }) => atMs - (wasAway(atMs)?.toMs ?? disasterMs) >= QUIET_MS)
    .toSorted((x, y) => x.atMs - y.atMs);
}

function actOf(event: DrillEvent, { events, run }: RunRecord): Act | undefined {
  const { faults, orders, disaster } = run.scenario;
  switch (event.type) {
    case "fault":
      if (event.state !== "injecting" || event.fault === disaster || !faults[event.fault]) return undefined;
      return { atMs: event.atMs, name: `${event.kind} fault` };
    case "order": {
      const step = event.state === "given" && orders[event.order] ? firstStepOf(event, events) : undefined;
      return step && { atMs: step.atMs - step.tookMs, name: `planned ${event.kind}` };
    }
    default:
      return undefined;
  }
}

function risesIn(record: RunRecord): Act[] {
  const stages = plannedStages(record);
  return stages.flatMap(({ from, to, fromMs }, i) => {
    const before = stages[i - 1]?.to ?? from;
    return Math.max(from, to) > before ? [{ atMs: fromMs, name: `rise to ${to} writes/s` }] : [];
  });
}

function firstStepOf(given: PlannedOperationEvent, events: RunRecord["events"]): OperatorEvent | undefined {
  const end = events.find((event) => event.type === "order" && event.order === given.order && event.state !== "given");
  return events.find(
    (event): event is OperatorEvent =>
      event.type === "operator" &&
      event.plan === given.kind &&
      event.atMs >= given.atMs &&
      event.atMs <= (end?.atMs ?? Number.POSITIVE_INFINITY),
  );
}
