/** Phases, outages, faults, operations and operator plans, as rows of bars and ticks on the time axis. Pure. */
import { type FaultSpec, faultName } from "../../model/plan/fault.ts";
import type { DrillEvent, FaultEvent, OperatorEvent, PlannedOperationEvent } from "../../model/record/event.ts";
import type { RunRecord } from "../../model/record/record.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import type { Lane } from "./page-data.ts";

export function lanesOf({ run, events }: RunRecord, downtime: Measures["downtime"], endMs: number): Lane[] {
  const faults = events.filter((event) => event.type === "fault");
  const operations = events.filter((event) => event.type === "order");
  return [
    phasesLane(events, endMs),
    downLane(downtime),
    ...run.scenario.faults.map((fault, index) =>
      faultLane(
        fault,
        faults.filter((event) => event.fault === index),
        endMs,
      ),
    ),
    ...run.scenario.orders.map((operation, index) =>
      operationLane(
        operation.kind,
        operations.filter((event) => event.order === index),
        endMs,
      ),
    ),
    ...planLanes(events),
  ];
}

/** Outages that are listed; more are only counted. */
const LISTED = 12;

const at = (ms: number) => `${(ms / 1000).toFixed(3)} s`;

function phasesLane(events: readonly DrillEvent[], endMs: number): Lane {
  const phases = events.filter((event) => event.type === "phase");
  const bars = phases.map(({ phase, atMs }, i) => {
    return { name: phase, fromMs: atMs, toMs: phases[i + 1]?.atMs ?? endMs, certain: true };
  });
  const text = phases.map(({ phase, atMs }) => `${phase} from ${at(atMs)}`).join(", ");
  return { kind: "phases", name: "phases", text: text || "no phase was reached", bars, ticksMs: [] };
}

/** The outages are in the timeline, and drawn from there. */
function downLane({ seconds, intervals }: Measures["downtime"]): Lane {
  const listed = intervals
    .slice(0, LISTED)
    .map(({ fromMs, toMs }) => `${at(fromMs)} to ${at(toMs)} (${at(toMs - fromMs)})`)
    .join(", ");
  const more = intervals.length > LISTED ? `, and ${intervals.length - LISTED} more times` : "";
  const text = seconds === null ? "not known" : listed === "" ? "at no time" : `${listed}${more}`;
  return { kind: "down", name: "nobody could write", text, ticksMs: [], bars: [] };
}

/** The bar is certain from the evidence that the fault was active until it was last known to be active. */
function faultLane(fault: FaultSpec, events: readonly FaultEvent[], endMs: number): Lane {
  const atOf = (state: FaultEvent["state"]) => events.find((event) => event.state === state)?.atMs;
  const [injecting, injected] = [atOf("injecting"), atOf("injected")];
  const [active, inactive] = [atOf("evidenced"), atOf("not-evidenced")];
  const [stillActive, ceased] = [atOf("lasted"), atOf("not-lasted")];
  const [cleared, uncleared] = [atOf("healed"), atOf("not-healed")];
  const lane = { kind: "fault" as const, name: faultName(fault) };
  if (injecting === undefined) return { ...lane, text: "never injected", bars: [], ticksMs: [] };
  const toMs = cleared ?? endMs;
  const text = [
    injected === undefined
      ? `injection started at ${at(injecting)}, never completed`
      : `injected from ${at(injecting)} to ${at(injected)}`,
    active !== undefined
      ? `active at ${at(active)}`
      : inactive !== undefined
        ? `not active at ${at(inactive)}`
        : "no evidence that it was active",
    ...(ceased !== undefined
      ? [`no longer active at ${at(ceased)}`]
      : stillActive !== undefined
        ? [`still active at ${at(stillActive)}`]
        : []),
    cleared !== undefined
      ? `cleared at ${at(cleared)}`
      : uncleared !== undefined
        ? `not cleared at ${at(uncleared)}`
        : "never confirmed cleared",
  ].join(", ");
  const bars = [{ name: lane.name, fromMs: injecting, toMs: active ?? toMs, certain: false }];
  if (active !== undefined) bars.push({ name: lane.name, fromMs: active, toMs: ceased ?? toMs, certain: true });
  return { ...lane, text, bars, ticksMs: events.map(({ atMs }) => atMs) };
}

function operationLane(kind: string, events: readonly PlannedOperationEvent[], endMs: number): Lane {
  const lane = { kind: "order" as const, name: `operation: ${kind}` };
  const given = events.find(({ state }) => state === "given");
  if (given === undefined) return { ...lane, text: "never started", bars: [], ticksMs: [] };
  const end = events.find(({ state }) => state !== "given");
  const bar = { name: kind, fromMs: given.atMs, toMs: end?.atMs ?? endMs, certain: true };
  const text = events.map(({ state, atMs }) => `${state} at ${at(atMs)}`).join(", ");
  return { ...lane, text: end === undefined ? `${text}, never ended` : text, bars: [bar], ticksMs: [] };
}

/** One lane per execution of an operator plan; its steps are ticks. */
function planLanes(events: readonly DrillEvent[]): Lane[] {
  const runs: OperatorEvent[][] = [];
  const open = new Map<string, OperatorEvent[]>();
  for (const event of events) {
    if (event.type !== "operator") continue;
    const steps = open.get(event.plan) ?? [];
    if (steps.length === 0) runs.push(steps);
    steps.push(event);
    open.set(event.plan, ["done", "failed", "refused", "called-off"].includes(event.step) ? [] : steps);
  }
  return runs.map((steps) => {
    const [first, last] = [steps[0] as OperatorEvent, steps.at(-1) as OperatorEvent];
    const text = steps.map(({ step, side, atMs }) => `${step} ${side.toUpperCase()} at ${at(atMs)}`).join(", ");
    // A step is recorded when it is done, so the plan began before its first event.
    const fromMs = first.atMs - first.tookMs;
    const bars = [{ name: first.plan, fromMs, toMs: last.atMs, certain: true }];
    return { kind: "plan", name: `operator: ${first.plan}`, text, bars, ticksMs: steps.map(({ atMs }) => atMs) };
  });
}
