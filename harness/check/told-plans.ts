/**
 * Told plans: the operator's plans as the events tell them, one at a time, each with all its steps in their order, on the
 * right sides, and with an end. Where a step is missing, a line of the record is, or the plan did less than it says.
 */
import type { Config } from "../model/plan/config.ts";
import { ENDINGS, PLAN_STEPS, type PlannedStep } from "../model/plan/plan-steps.ts";
import { FIRST_PRIMARY, otherSite, type SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent, PlanName, StepName } from "../model/record/event.ts";
import { firstPrimary } from "../model/record/primary.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";

/** One try of a plan, from its first word to its last. */
export interface ToldPlan {
  plan: PlanName;
  steps: OperatorEvent[];
  /** `null` when nobody told how it ended. */
  end: OperatorEvent | null;
  /** Whom it is about; more than one where its words do not agree, none where no word says it. */
  sides: SiteName[];
}

/** Stamps are whole microseconds, and how long a step took is worked out from two of them. */
const TOLERANCE_MS = 1;

const plannedSteps = (plan: PlanName): readonly PlannedStep[] => PLAN_STEPS[plan];

export function toldPlans(events: readonly DrillEvent[]): ToldPlan[] {
  const told: Omit<ToldPlan, "sides">[] = [];
  let open: (typeof told)[number] | null = null;
  for (const event of events) {
    if (event.type !== "operator") continue;
    if (open === null || open.plan !== event.plan || event.step === plannedSteps(event.plan)[0]?.step) {
      open = { plan: event.plan, steps: [], end: null };
      told.push(open);
    }
    if ((ENDINGS as readonly StepName[]).includes(event.step)) {
      open.end = event;
      open = null;
    } else open.steps.push(event);
  }
  return told.map((each) => ({ ...each, sides: sidesOf(each) }));
}

function sidesOf({ plan, steps, end }: Omit<ToldPlan, "sides">): SiteName[] {
  const sides = steps.flatMap(({ step, side }) => {
    const planned = plannedSteps(plan).find((each) => each.step === step);
    return planned === undefined ? [] : [planned.on === "side" ? side : otherSite(side)];
  });
  // What was never begun is told of the side that noticed as well.
  if (end?.step === "done" || end?.step === "failed") sides.push(end.side);
  return [...new Set(sides)];
}

/** What is wrong with them, a sentence each. */
export function wrongPlans({ events, run, probes }: RunRecord): string[] {
  const told = toldPlans(events);
  // A lab begins with A. Which site an own system begins with, only its samples say.
  const samples = run.config.own === null ? [] : probes.filter((probe) => probe.type === "primary");
  const first = firstPrimary(samples) ?? FIRST_PRIMARY;
  return [...told.flatMap((each, index) => wrongWith(each, told.slice(0, index), run)), ...wrongTurns(told, first)];
}

function wrongWith(told: ToldPlan, before: readonly ToldPlan[], run: Run): string[] {
  const name = nameOf(told);
  const { missing, misplaced } = placed(told, before, run.config);
  const wrong = misplaced.map((event) => `${name} tells "${event.step}" where it cannot be, ${at(event)}`);
  if (missing.length > 0) wrong.push(`${name} lacks the step ${missing.map((step) => `"${step}"`).join(", ")}`);
  if (told.end === null && areEndsTold(run)) wrong.push(`${name} has no end`);
  if (told.sides.length > 1) wrong.push(`${name} tells a step of the wrong side`);
  const early = tooEarly(told, before.at(-1)?.end ?? null);
  if (early) wrong.push(`${name} cannot have taken ${early.tookMs.toFixed(0)} ms for "${early.step}", ${at(early)}`);
  return wrong;
}

/** The first runs tell no ends. They do not say either which fhirdrill made them. */
function areEndsTold({ versions }: Run): boolean {
  return versions.fhirdrill !== undefined;
}

/** Each step told on its place in the plan: which places stay empty that must not, and which steps have none. */
function placed(told: ToldPlan, before: readonly ToldPlan[], config: Config) {
  const planned = plannedSteps(told.plan).filter(({ when }) => when === undefined || when(config));
  const misplaced: OperatorEvent[] = [];
  const filled = new Set<PlannedStep>();
  let next = 0;
  for (const event of told.steps) {
    const place = planned.findIndex(({ step }, index) => index >= next && step === event.step);
    if (place < 0) misplaced.push(event);
    else {
      filled.add(planned[place] as PlannedStep);
      next = place + 1;
    }
  }
  const end = told.end?.step ?? "done";
  // Both sides may stand already as they were told to.
  const isNothingToDo = told.plan === "switchover" && told.steps.length === 0;
  const isDue = (step: PlannedStep, place: number) =>
    place < next ||
    (end === "done" && !isNothingToDo) ||
    step.told === "always" ||
    (step.told === "unless it failed" && end !== "failed");
  const missing = planned.filter(
    (step, place) => isDue(step, place) && !filled.has(step) && isNeeded(step, told, before),
  );
  return { missing: missing.map(({ step }) => step), misplaced };
}

/** What an earlier try has saved since the side was lost is not saved again; where nothing was, nothing is replayed. */
function isNeeded({ step, ifNeeded }: PlannedStep, told: ToldPlan, before: readonly ToldPlan[]): boolean {
  if (!ifNeeded) return true;
  const [side] = told.sides;
  const lostAt = before.findLastIndex(
    (each) => each.sides[0] !== side && each.steps.some((one) => one.step === "promoted"),
  );
  const since = [...before.slice(lostAt + 1), told];
  const saved = since.flatMap(({ steps }) => steps.filter((one) => one.step === "saved"));
  return step === "saved" ? saved.length === 0 : saved.some(({ detail }) => detail.versions !== 0);
}

/** A step begins where the one before it is over, a plan where the one before it is, and the whole before what it does. */
function tooEarly({ steps, end }: ToldPlan, lastEnd: OperatorEvent | null): OperatorEvent | undefined {
  const words = end === null ? steps : [...steps, end];
  const doing = steps.find(({ step }) => step !== "detected" && step !== "decided");
  return words.find((event, index) => {
    const isWhole = event.step === "done" || event.step === "failed";
    const before = (event === end ? undefined : steps[index - 1]) ?? lastEnd;
    return (
      event.tookMs < 0 ||
      (before !== null && beganMs(event) < before.atMs - TOLERANCE_MS) ||
      (isWhole && doing !== undefined && beganMs(event) > beganMs(doing) + TOLERANCE_MS)
    );
  });
}

/** Who may do what when: who is given up is the primary, and who takes over or is rebuilt is not. */
function wrongTurns(told: readonly ToldPlan[], first: SiteName): string[] {
  let primary = first;
  const wrong: string[] = [];
  for (const each of told) {
    const [side] = each.sides;
    if (side === undefined) continue;
    const isNothingToDo = each.plan === "switchover" && each.steps.length === 0;
    const isBegun =
      each.plan === "failover" || each.plan === "rebuild" || (each.end?.step === "done" && !isNothingToDo);
    if (isBegun && side === primary) wrong.push(`${nameOf(each)} is told when ${side.toUpperCase()} was the primary`);
    if (isTakenOver(each)) primary = side;
  }
  return wrong;
}

function isTakenOver({ plan, steps, end }: ToldPlan): boolean {
  const has = (step: StepName) => steps.some((event) => event.step === step);
  if (plan === "switchover") return has("latched") || (has("promoted") && end?.step === "done");
  return plan === "failover" && has("promoted") && (end === null || end.step === "done");
}

function nameOf({ plan, sides: [side], steps, end }: ToldPlan): string {
  const first = (steps[0] ?? end) as OperatorEvent;
  const whom = side === undefined ? "" : ` ${plan === "rebuild" ? "of" : "to"} ${side.toUpperCase()}`;
  return `the ${plan}${whom} at ${(first.atMs / 1000).toFixed(1)} s`;
}

function beganMs({ atMs, tookMs }: OperatorEvent): number {
  return atMs - tookMs;
}

function at({ atMs }: OperatorEvent): string {
  return `at ${(atMs / 1000).toFixed(3)} s`;
}
