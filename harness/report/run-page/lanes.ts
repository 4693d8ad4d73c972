/** What happened besides the writes, as rows of bars and ticks on the time axis. Pure. */
import { type FaultSpec, faultName } from "../../model/plan/fault.ts";
import type { DrillEvent, FaultEvent, OperatorEvent, PlannedOperationEvent } from "../../model/record/event.ts";
import type { RunRecord } from "../../model/record/record.ts";
import type { Measures } from "../../model/verdict/verdict.ts";
import type { Lane } from "./page-data.ts";

export function lanesOf({ run, events }: RunRecord, downtime: Measures["downtime"], endMs: number): Lane[] {
  const faults = events.filter((event) => event.type === "fault");
  const orders = events.filter((event) => event.type === "order");
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
    ...run.scenario.orders.map((order, index) =>
      orderLane(
        order.kind,
        orders.filter((event) => event.order === index),
        endMs,
      ),
    ),
    ...planLanes(events),
  ];
}

/** More outages than that are told by their number. */
const TOLD = 12;

const at = (ms: number) => `${(ms / 1000).toFixed(3)} s`;

function phasesLane(events: readonly DrillEvent[], endMs: number): Lane {
  const phases = events.filter((event) => event.type === "phase");
  const bars = phases.map(({ phase, atMs }, i) => {
    return { name: phase, fromMs: atMs, toMs: phases[i + 1]?.atMs ?? endMs, certain: true };
  });
  const text = phases.map(({ phase, atMs }) => `${phase} from ${at(atMs)}`).join(", ");
  return { kind: "phases", name: "phases", text: text || "none was reached", bars, ticksMs: [] };
}

/** The outages themselves are in the timeline, and drawn from there. */
function downLane({ seconds, intervals }: Measures["downtime"]): Lane {
  const told = intervals
    .slice(0, TOLD)
    .map(({ fromMs, toMs }) => `${at(fromMs)} to ${at(toMs)} (${at(toMs - fromMs)})`)
    .join(", ");
  const more = intervals.length > TOLD ? `, and ${intervals.length - TOLD} times more` : "";
  const text = seconds === null ? "not known" : told === "" ? "at no time" : `${told}${more}`;
  return { kind: "down", name: "nobody could write", text, ticksMs: [], bars: [] };
}

/** The bar is certain from when the fault was seen to bite for as long as it was seen to last. */
function faultLane(fault: FaultSpec, events: readonly FaultEvent[], endMs: number): Lane {
  const atOf = (state: FaultEvent["state"]) => events.find((event) => event.state === state)?.atMs;
  const [injecting, injected] = [atOf("injecting"), atOf("injected")];
  const [bit, spared] = [atOf("evidenced"), atOf("not-evidenced")];
  const [lasted, ceased] = [atOf("lasted"), atOf("not-lasted")];
  const [healed, unhealed] = [atOf("healed"), atOf("not-healed")];
  const lane = { kind: "fault" as const, name: faultName(fault) };
  if (injecting === undefined) return { ...lane, text: "never injected", bars: [], ticksMs: [] };
  const toMs = healed ?? endMs;
  const text = [
    injected === undefined
      ? `injection begun at ${at(injecting)}, and not ended`
      : `injected from ${at(injecting)} to ${at(injected)}`,
    bit !== undefined
      ? `seen to bite at ${at(bit)}`
      : spared !== undefined
        ? `did not bite, seen at ${at(spared)}`
        : "nobody saw it bite",
    ...(ceased !== undefined
      ? [`no longer seen to at ${at(ceased)}`]
      : lasted !== undefined
        ? [`still seen to at ${at(lasted)}`]
        : []),
    healed !== undefined
      ? `seen healed at ${at(healed)}`
      : unhealed !== undefined
        ? `not healed, seen at ${at(unhealed)}`
        : "not healed",
  ].join(", ");
  const bars = [{ name: lane.name, fromMs: injecting, toMs: bit ?? toMs, certain: false }];
  if (bit !== undefined) bars.push({ name: lane.name, fromMs: bit, toMs: ceased ?? toMs, certain: true });
  return { ...lane, text, bars, ticksMs: events.map(({ atMs }) => atMs) };
}

function orderLane(kind: string, events: readonly PlannedOperationEvent[], endMs: number): Lane {
  const lane = { kind: "order" as const, name: `order: ${kind}` };
  const given = events.find(({ state }) => state === "given");
  if (given === undefined) return { ...lane, text: "never given", bars: [], ticksMs: [] };
  const end = events.find(({ state }) => state !== "given");
  const bar = { name: kind, fromMs: given.atMs, toMs: end?.atMs ?? endMs, certain: true };
  const text = events.map(({ state, atMs }) => `${state} at ${at(atMs)}`).join(", ");
  return { ...lane, text: end === undefined ? `${text}, never ended` : text, bars: [bar], ticksMs: [] };
}

/** A lane for each time that the operator went through a plan; its steps are ticks. */
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
    // A step is told when it was done, so its plan began before the first one was.
    const fromMs = first.atMs - first.tookMs;
    const bars = [{ name: first.plan, fromMs, toMs: last.atMs, certain: true }];
    return { kind: "plan", name: `operator: ${first.plan}`, text, bars, ticksMs: steps.map(({ atMs }) => atMs) };
  });
}
