/**
 * Told acts: every phase of the drill once and in order, every fault of the scenario with its states in order, every planned
 * operation given and ended, each at the time that the scenario has for it; and what comes after the load after the load.
 */
import { FaultSchema, type FaultSpec } from "../model/plan/fault.ts";
import { PlannedOperationSchema } from "../model/plan/planned-operation.ts";
import { jitterMs, PHASES, type Scenario } from "../model/plan/scenario.ts";
import { type DrillEvent, FAULT_STATES, type FaultEvent, type PlannedOperationEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { baselineBeganMs } from "./facts.ts";
import { toldPlans } from "./told-plans.ts";

/** The schedule is kept by a timer, which is late where the machine is busy; later than so, the run was not as planned. */
const LATE_MS = 500;
/** Timers know whole milliseconds. */
const EARLY_MS = 20;

/** The load is over when they begin. */
const LAST_PHASES: readonly string[] = ["quiesce", "audit"];

/** What is wrong with them, a sentence each. */
export function wrongActs(record: RunRecord): string[] {
  return [
    ...wrongPhases(record),
    ...tooEarly(record),
    ...wrongFaults(record),
    ...wrongOrders(record),
    ...wrongTimes(record),
  ];
}

function wrongPhases({ events, run }: RunRecord): string[] {
  const due = PHASES.filter((phase) => phase !== "seed" || run.scenario.start.resources > 0);
  const phases = events.flatMap((event) => (event.type === "phase" ? [event.phase] : []));
  // Whoever seeds defects in what a run has left audits it again.
  const told = phases.filter((phase, i) => phase !== "audit" || phases[i - 1] !== "audit");
  const missing = due.filter((phase) => !told.includes(phase));
  if (missing.length > 0) return [`the events are not whole: no ${missing.join(", no ")}`];
  return told.join() === due.join() ? [] : [`the phases are not ${due.join(", ")} but ${told.join(", ")}`];
}

/** What is done when the load is over is not begun before: what an audit finds that others still write to is no end. */
function tooEarly({ events, history, run }: RunRecord): string[] {
  const { length, invokedMs, completedMs } = history;
  let endMs = Number.NEGATIVE_INFINITY;
  // What was never answered has NaN here, and was sent.
  for (let i = 0; i < length; i += 1) endMs = Math.max(endMs, (completedMs[i] || invokedMs[i]) as number);
  // By a clock that nobody mapped, this is no time of the drill.
  const errorMs = run.clock?.errorMs ?? Number.POSITIVE_INFINITY;
  const early = events.find(
    (event) => event.type === "phase" && LAST_PHASES.includes(event.phase) && event.atMs < endMs - errorMs,
  );
  if (early?.type !== "phase") return [];
  const seconds = ((endMs - early.atMs) / 1000).toFixed(3);
  return [`the phase ${early.phase} began ${seconds} s before the last write was answered`];
}

function wrongFaults({ events, run }: RunRecord): string[] {
  const told = events.filter((event) => event.type === "fault");
  const strange = told.filter(({ fault, kind }) => run.scenario.faults[fault]?.kind !== kind);
  return [
    ...strange.map(({ fault, kind }) => `the events tell of a fault ${fault} (${kind}) that is not the scenario's`),
    ...run.scenario.faults.flatMap((spec, index) => {
      const states = told.filter(({ fault }) => fault === index);
      return wrongStates(states, spec).map((wrong) => `the fault ${spec.kind} ${wrong}`);
    }),
  ];
}

function wrongStates(told: readonly FaultEvent[], spec: FaultSpec): string[] {
  const places = told.map(({ state }) => placeOf(state));
  const wrong: string[] = [];
  if (places.some((place, i) => place <= (places[i - 1] ?? -1)))
    wrong.push(`is told out of order: ${told.map(({ state }) => state).join(", ")}`);
  // What could not be injected is told as not evidenced.
  const isInjected = !told.some(({ state }) => state === "not-evidenced");
  const isHealed = spec.healAfterSeconds !== undefined;
  const due: FaultEvent["state"][] = ["injecting", ...(isInjected ? (["injected"] as const) : []), "evidenced"];
  const missing = [...due, ...(isHealed ? (["healed"] as const) : [])].filter(
    (state) => !places.includes(placeOf(state)),
  );
  if (missing.length > 0) wrong.push(`lacks the state ${missing.map((state) => `"${state}"`).join(", ")}`);
  if (!isHealed && places.includes(placeOf("healed"))) wrong.push("is told to be healed, as nobody planned");
  const healed = told.find(({ state }) => state === "healed");
  if (healed && !isBetween(healed.detail.orderedMs, told.at(-2)?.atMs, healed.atMs))
    wrong.push("was healed at a time that does not lie between what was seen before and after");
  const injecting = told.find(({ state }) => state === "injecting");
  if (injecting && !isSame(FaultSchema, injecting.detail, spec)) wrong.push("was injected as another one than planned");
  return wrong;
}

/** Of a state among all, in their order. */
function placeOf(state: FaultEvent["state"]): number {
  return FAULT_STATES.findIndex((states) => (states as readonly string[]).includes(state));
}

function isBetween(ms: number | undefined, fromMs: number | undefined, toMs: number): boolean {
  return ms !== undefined && ms >= (fromMs ?? toMs) && ms <= toMs;
}

function wrongOrders({ events, run }: RunRecord): string[] {
  const told = events.filter((event) => event.type === "order");
  const plans = toldPlans(events);
  const strange = told.filter(({ order, kind }) => run.scenario.orders[order]?.kind !== kind);
  const unordered =
    plans.filter(({ plan }) => plan !== "failover" && plan !== "rebuild").length - run.scenario.orders.length;
  return [
    ...strange.map(({ order, kind }) => `the events tell of an order ${order} (${kind}) that is not the scenario's`),
    ...(unordered > 0 ? ["the operator carried out more plans than it was ordered to"] : []),
    ...run.scenario.orders.flatMap((spec, index) => {
      const own = told.filter(({ order }) => order === index);
      const [given, end] = own;
      const name = `the order ${spec.kind}`;
      if (given?.state !== "given" || end === undefined || end.state === "given" || own.length !== 2)
        return [`${name} is not told once as given, and then once how it ended`];
      if (!isSame(PlannedOperationSchema, given.detail, spec)) return [`${name} was given as another one than planned`];
      return end.state === "done" && !isCarriedOut(given, end, plans) ? [`${name} is done, and no plan did it`] : [];
    }),
  ];
}

/** The order is done as soon as its plan is. */
function isCarriedOut(
  given: PlannedOperationEvent,
  done: PlannedOperationEvent,
  plans: ReturnType<typeof toldPlans>,
): boolean {
  return plans.some(
    ({ plan, end }) =>
      plan === given.kind &&
      end?.step === "done" &&
      end.atMs >= Math.max(given.atMs, done.atMs - LATE_MS) &&
      end.atMs <= done.atMs,
  );
}

/**
 * The first act of each fault and each order, by the beginning of the baseline and the scenario; and a healing, which may
 * have to wait for others, but comes no earlier.
 */
function wrongTimes({ events, run }: RunRecord): string[] {
  const { scenario, seed } = run;
  const baselineMs = baselineBeganMs(events);
  if (baselineMs === undefined) return [];
  const firstMs = baselineMs + scenario.load.baselineSeconds * 1000 + jitterMs(seed);
  const healedEarly = events.flatMap((event) => {
    if (event.type !== "fault") return [];
    const spec = scenario.faults[event.fault];
    const { orderedMs } = event.detail;
    if (spec?.healAfterSeconds === undefined || orderedMs === undefined) return [];
    const earlyMs = firstMs + (spec.afterSeconds + spec.healAfterSeconds) * 1000 - orderedMs;
    return earlyMs > EARLY_MS ? [`${spec.kind} was healed ${(earlyMs / 1000).toFixed(3)} s before its time`] : [];
  });
  const wrong = events.flatMap((event, index) => {
    const planned = plannedAct(event, scenario);
    if (planned === undefined) return [];
    const dueMs = firstMs + planned.afterSeconds * 1000;
    // An act waits until those before it were looked at, and faults that are healed with it for the last time.
    const lookedAtMs = events.slice(0, index).findLast(isLook)?.atMs ?? dueMs;
    const latestMs = Math.max(dueMs, lookedAtMs) + LATE_MS;
    if (event.atMs >= dueMs - EARLY_MS && event.atMs <= latestMs) return [];
    const off = ((event.atMs - dueMs) / 1000).toFixed(3);
    return [`${planned.kind} is told ${off} s after its time, ${(event.atMs / 1000).toFixed(3)} s`];
  });
  return [...wrong, ...healedEarly];
}

function plannedAct(event: DrillEvent, { faults, orders }: Scenario) {
  if (event.type === "fault" && event.state === "injecting") return faults[event.fault];
  return event.type === "order" && event.state === "given" ? orders[event.order] : undefined;
}

/** A healing is not waited for, however long it takes. */
const LOOKS: readonly FaultEvent["state"][] = ["evidenced", "not-evidenced", "lasted", "not-lasted"];

function isLook(event: DrillEvent): boolean {
  return event.type === "fault" && LOOKS.includes(event.state);
}

/** Both read by the schema, which fills in what older records leave out. */
function isSame(schema: typeof FaultSchema | typeof PlannedOperationSchema, told: unknown, planned: unknown): boolean {
  const [one, other] = [told, planned].map((value) => JSON.stringify(schema.safeParse(value).data));
  return one === other;
}
