/**
 * Recorded acts: every phase of the drill once and in order, every fault of the scenario with its states in order,
 * every planned operation given and ended, each at the scenario's time; and what belongs after the load comes after
 * the load.
 */
import { FaultSchema, type FaultSpec } from "../model/plan/fault.ts";
import { PlannedOperationSchema } from "../model/plan/planned-operation.ts";
import { jitterMs, PHASES, type Scenario } from "../model/plan/scenario.ts";
import { type DrillEvent, FAULT_STATES, type FaultEvent, type PlannedOperationEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { baselineBeganMs } from "./facts.ts";
import { toldPlans } from "./told-plans.ts";

/** A timer keeps the schedule and is late on a busy machine; later than this, the run was not as planned. */
const LATE_MS = 500;
/** Timers may fire early, since they count whole milliseconds. */
const EARLY_MS = 20;

/** The load is over when they begin. */
const LAST_PHASES: readonly string[] = ["quiesce", "audit"];

/** What is wrong with them, one sentence each. */
export function wrongActs(record: RunRecord): string[] {
  return [
    ...wrongPhases(record),
    ...tooEarly(record),
    ...wrongFaults(record),
    ...wrongOperations(record),
    ...wrongTimes(record),
  ];
}

function wrongPhases({ events, run }: RunRecord): string[] {
  const due = PHASES.filter((phase) => phase !== "seed" || run.scenario.start.resources > 0);
  const phases = events.flatMap((event) => (event.type === "phase" ? [event.phase] : []));
  // Defects seeded in what a run has left are audited again.
  const recorded = phases.filter((phase, i) => phase !== "audit" || phases[i - 1] !== "audit");
  const missing = due.filter((phase) => !recorded.includes(phase));
  if (missing.length > 0) return [`the events lack phases: ${missing.join(", ")}`];
  return recorded.join() === due.join() ? [] : [`the phases are not ${due.join(", ")} but ${recorded.join(", ")}`];
}

/** The last phases begin only when the load is over: an audit of what is still being written is no final state. */
function tooEarly({ events, history, run }: RunRecord): string[] {
  const { length, invokedMs, completedMs } = history;
  let endMs = Number.NEGATIVE_INFINITY;
  // A write that was never answered has NaN here; its sending counts.
  for (let i = 0; i < length; i += 1) endMs = Math.max(endMs, (completedMs[i] || invokedMs[i]) as number);
  // Without a mapped clock, this is no time of the drill.
  const errorMs = run.clock?.errorMs ?? Number.POSITIVE_INFINITY;
  const early = events.find(
    (event) => event.type === "phase" && LAST_PHASES.includes(event.phase) && event.atMs < endMs - errorMs,
  );
  if (early?.type !== "phase") return [];
  const seconds = ((endMs - early.atMs) / 1000).toFixed(3);
  return [`the phase ${early.phase} began ${seconds} s before the last write was answered`];
}

function wrongFaults({ events, run }: RunRecord): string[] {
  const recorded = events.filter((event) => event.type === "fault");
  const unknown = recorded.filter(({ fault, kind }) => run.scenario.faults[fault]?.kind !== kind);
  return [
    ...unknown.map(({ fault, kind }) => `the events have a fault ${fault} (${kind}) that the scenario has not`),
    ...run.scenario.faults.flatMap((spec, index) => {
      const states = recorded.filter(({ fault }) => fault === index);
      return wrongStates(states, spec).map((wrong) => `the fault ${spec.kind} ${wrong}`);
    }),
  ];
}

function wrongStates(recorded: readonly FaultEvent[], spec: FaultSpec): string[] {
  const places = recorded.map(({ state }) => placeOf(state));
  const wrong: string[] = [];
  if (places.some((place, i) => place <= (places[i - 1] ?? -1)))
    wrong.push(`has its states out of order: ${recorded.map(({ state }) => state).join(", ")}`);
  // A fault that could not be injected is recorded as not evidenced.
  const isInjected = !recorded.some(({ state }) => state === "not-evidenced");
  const isHealed = spec.healAfterSeconds !== undefined;
  const due: FaultEvent["state"][] = ["injecting", ...(isInjected ? (["injected"] as const) : []), "evidenced"];
  const missing = [...due, ...(isHealed ? (["healed"] as const) : [])].filter(
    (state) => !places.includes(placeOf(state)),
  );
  if (missing.length > 0) wrong.push(`lacks the state ${missing.map((state) => `"${state}"`).join(", ")}`);
  if (!isHealed && places.includes(placeOf("healed"))) wrong.push("was healed, which was not planned");
  const healed = recorded.find(({ state }) => state === "healed");
  if (healed && !isBetween(healed.detail.orderedMs, recorded.at(-2)?.atMs, healed.atMs))
    wrong.push("has a healing time that is not between the events before and after it");
  const injecting = recorded.find(({ state }) => state === "injecting");
  if (injecting && !isSame(FaultSchema, injecting.detail, spec))
    wrong.push("was injected in another form than planned");
  return wrong;
}

/** The place of a state in the order of all states. */
function placeOf(state: FaultEvent["state"]): number {
  return FAULT_STATES.findIndex((states) => (states as readonly string[]).includes(state));
}

function isBetween(ms: number | undefined, fromMs: number | undefined, toMs: number): boolean {
  return ms !== undefined && ms >= (fromMs ?? toMs) && ms <= toMs;
}

function wrongOperations({ events, run }: RunRecord): string[] {
  const recorded = events.filter((event) => event.type === "order");
  const plans = toldPlans(events);
  const unknown = recorded.filter(({ order, kind }) => run.scenario.orders[order]?.kind !== kind);
  const unplanned =
    plans.filter(({ plan }) => plan !== "failover" && plan !== "rebuild").length - run.scenario.orders.length;
  return [
    ...unknown.map(
      ({ order, kind }) => `the events have a planned operation ${order} (${kind}) that the scenario has not`,
    ),
    ...(unplanned > 0 ? ["the operator carried out more plans than were planned"] : []),
    ...run.scenario.orders.flatMap((spec, index) => {
      const own = recorded.filter(({ order }) => order === index);
      const [given, end] = own;
      const name = `the planned ${spec.kind}`;
      if (given?.state !== "given" || end === undefined || end.state === "given" || own.length !== 2)
        return [`${name} is not recorded exactly once as given and then once as ended`];
      if (!isSame(PlannedOperationSchema, given.detail, spec))
        return [`${name} was given in another form than planned`];
      return end.state === "done" && !isCarriedOut(given, end, plans)
        ? [`${name} is done, but no plan carried it out`]
        : [];
    }),
  ];
}

/** A planned operation is done as soon as its plan is. */
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
 * Checks the first act of each fault and each planned operation against the scenario, counted from the baseline; and
 * each healing, which may have to wait for others but is never early.
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
    // An act waits for the checks of those before it, and for the last check of faults that are healed along with it.
    const checkedMs = events.slice(0, index).findLast(isFaultCheck)?.atMs ?? dueMs;
    const latestMs = Math.max(dueMs, checkedMs) + LATE_MS;
    if (event.atMs >= dueMs - EARLY_MS && event.atMs <= latestMs) return [];
    const off = ((event.atMs - dueMs) / 1000).toFixed(3);
    return [`${planned.kind} is recorded ${off} s after its time, at ${(event.atMs / 1000).toFixed(3)} s`];
  });
  return [...wrong, ...healedEarly];
}

function plannedAct(event: DrillEvent, { faults, orders }: Scenario) {
  if (event.type === "fault" && event.state === "injecting") return faults[event.fault];
  return event.type === "order" && event.state === "given" ? orders[event.order] : undefined;
}

/** States of a finished check, for which later acts wait. A healing is not waited for, however long it takes. */
const CHECKED: readonly FaultEvent["state"][] = ["evidenced", "not-evidenced", "lasted", "not-lasted"];

function isFaultCheck(event: DrillEvent): boolean {
  return event.type === "fault" && CHECKED.includes(event.state);
}

/** Compares both as the schema reads them, which fills in what older records leave out. */
function isSame(
  schema: typeof FaultSchema | typeof PlannedOperationSchema,
  recorded: unknown,
  planned: unknown,
): boolean {
  const [one, other] = [recorded, planned].map((value) => JSON.stringify(schema.safeParse(value).data));
  return one === other;
}
