/**
 * Own acts: acts of the schedule after the disaster that answer for what comes after them: another fault's injection, an
 * order, which acts when the operator begins its first step, and a rise of the load's rate, when that begins. Only ten seconds or more after the disaster, and where service
 * had not been away for as long: else nobody can say whose doing the next outage is, and it stays on the clock of what came
 * before. What began before the act, but by no more than a write may take to be served, is the act's: it met writes that
 * were in flight.
 */
import type { DrillEvent, OperatorEvent, PlannedOperationEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import type { Facts } from "./facts.ts";
import { plannedStages } from "./pace.ts";

const QUIET_MS = 10_000;

export interface Act {
  atMs: number;
  name: string;
}

/** In order of time; `away` is when service was, since the disaster. */
export function ownActs(record: RunRecord, facts: Facts, disasterMs: number, away: readonly Interval[]): Act[] {
  // What an act meets in flight was sent before it.
  const wasAway = (atMs: number) => away.findLast(({ fromMs }) => fromMs < atMs - facts.servedWithinMs);
  const told = record.events.map((event) => actOf(event, record)).filter((act) => act !== undefined);
  return [...told, ...risesIn(record).filter(({ atMs }) => atMs > disasterMs)]
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
