/**
 * Own acts: acts of the schedule after the disaster that answer for what comes after them: another fault's injection, and an
 * order, which acts when the operator begins its first step. Only ten seconds or more after the disaster, and where service
 * had not been away for as long: else nobody can say whose doing the next outage is, and it stays on the clock of what came
 * before. What began before the act, but by no more than a write may take to be served, is the act's: it met writes that
 * were in flight.
 */
import type { OperatorEvent, OrderEvent } from "../model/event.ts";
import type { RunRecord } from "../model/record.ts";
import type { Interval } from "../stats/intervals.ts";
import type { Facts } from "./facts.ts";

const QUIET_MS = 10_000;

export interface Act {
  atMs: number;
  name: string;
}

/** In order of time; `away` is when service was, since the disaster. */
export function ownActs(record: RunRecord, facts: Facts, disasterMs: number, away: readonly Interval[]): Act[] {
  // What an act meets in flight was sent before it.
  const wasAway = (atMs: number) => away.findLast(({ fromMs }) => fromMs < atMs - facts.servedWithinMs);
  return actsIn(record)
    .filter(({ atMs }) => atMs - (wasAway(atMs)?.toMs ?? disasterMs) >= QUIET_MS)
    .toSorted((x, y) => x.atMs - y.atMs);
}

function actsIn({ events, run }: RunRecord): Act[] {
  const { faults, orders, disaster } = run.scenario;
  return events.flatMap((event): Act[] => {
    if (event.type === "fault" && event.state === "injecting" && event.fault !== disaster && faults[event.fault])
      return [{ atMs: event.atMs, name: `${event.kind} fault` }];
    if (event.type !== "order" || event.state !== "given" || !orders[event.order]) return [];
    const step = firstStepOf(event, events);
    return step ? [{ atMs: step.atMs - step.tookMs, name: `planned ${event.kind}` }] : [];
  });
}

function firstStepOf(given: OrderEvent, events: RunRecord["events"]): OperatorEvent | undefined {
  const end = events.find((event) => event.type === "order" && event.order === given.order && event.state !== "given");
  return events.find(
    (event): event is OperatorEvent =>
      event.type === "operator" &&
      event.plan === given.kind &&
      event.atMs >= given.atMs &&
      event.atMs <= (end?.atMs ?? Number.POSITIVE_INFINITY),
  );
}
