/**
 * Recorded plans: the operator's plans in the events, one at a time, each with all its steps in order, on the right
 * sites, and with an end. If a step is missing, a line of the record is missing, or the plan did less than it claims.
 */
import type { Config } from "../model/plan/config.ts";
import { ENDINGS, PLAN_STEPS, type PlannedStep } from "../model/plan/plan-steps.ts";
import { FIRST_PRIMARY, otherSite, type SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent, PlanName, StepName } from "../model/record/event.ts";
import { firstPrimary } from "../model/record/primary.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";

/** One attempt at a plan, from its first event to its last. */
export interface ToldPlan {
  plan: PlanName;
  steps: OperatorEvent[];
  /** `null` if its end is not recorded. */
  end: OperatorEvent | null;
  /** The site that it is about; several if its events disagree, none if no event says so. */
  sides: SiteName[];
}

/** Timestamps are whole microseconds, and the duration of a step is computed from two of them. */
export const TOLERANCE_MS = 1;

const plannedSteps = (plan: PlanName): readonly PlannedStep[] => PLAN_STEPS[plan];

export function toldPlans(events: readonly DrillEvent[]): ToldPlan[] {
  const plans: Omit<ToldPlan, "sides">[] = [];
  let open: (typeof plans)[number] | null = null;
  for (const event of events) {
    if (event.type !== "operator") continue;
    if (open === null || open.plan !== event.plan || event.step === plannedSteps(event.plan)[0]?.step) {
      open = { plan: event.plan, steps: [], end: null };
      plans.push(open);
    }
    if ((ENDINGS as readonly StepName[]).includes(event.step)) {
      open.end = event;
      open = null;
    } else open.steps.push(event);
  }
  return plans.map((each) => ({ ...each, sides: sidesOf(each) }));
}

function sidesOf({ plan, steps, end }: Omit<ToldPlan, "sides">): SiteName[] {
  const sides = steps.flatMap(({ step, side }) => {
    const planned = plannedSteps(plan).find((each) => each.step === step);
    return planned === undefined ? [] : [planned.on === "side" ? side : otherSite(side)];
  });
  // The end of a plan that was never begun may name the site that noticed.
  if (end?.step === "done" || end?.step === "failed") sides.push(end.side);
  return [...new Set(sides)];
}

/** What is wrong with them, one sentence each. */
export function wrongPlans({ events, run, probes }: RunRecord): string[] {
  const plans = toldPlans(events);
  // A lab begins with A. Only its samples say which site one's own system begins with.
  const samples = run.config.own === null ? [] : probes.filter((probe) => probe.type === "primary");
  const first = firstPrimary(samples) ?? FIRST_PRIMARY;
  return [...plans.flatMap((each, index) => wrongWith(each, plans.slice(0, index), run)), ...wrongTurns(plans, first)];
}

function wrongWith(plan: ToldPlan, before: readonly ToldPlan[], run: Run): string[] {
  const name = nameOf(plan);
  const { missing, misplaced } = placed(plan, before, run.config);
  const wrong = misplaced.map((event) => `${name} has "${event.step}" where it cannot be, ${at(event)}`);
  if (missing.length > 0) wrong.push(`${name} lacks the step ${missing.map((step) => `"${step}"`).join(", ")}`);
  if (plan.end === null && areEndsRecorded(run)) wrong.push(`${name} has no end`);
  if (plan.sides.length > 1) wrong.push(`${name} has a step on the wrong site`);
  const early = tooEarly(plan, before.at(-1)?.end ?? null);
  if (early) wrong.push(`${name} cannot have taken ${early.tookMs.toFixed(0)} ms for "${early.step}", ${at(early)}`);
  return wrong;
}

/** The first runs recorded no ends. They do not name the fhirdrill that made them either. */
function areEndsRecorded({ versions }: Run): boolean {
  return versions.fhirdrill !== undefined;
}

/** Matches recorded steps with places of the plan: finds required places without a step, and steps without a place. */
function placed(plan: ToldPlan, before: readonly ToldPlan[], config: Config) {
  const planned = plannedSteps(plan.plan).filter(({ when }) => when === undefined || when(config));
  const misplaced: OperatorEvent[] = [];
  const filled = new Set<PlannedStep>();
  let next = 0;
  for (const event of plan.steps) {
    const place = planned.findIndex(({ step }, index) => index >= next && step === event.step);
    if (place < 0) misplaced.push(event);
    else {
      filled.add(planned[place] as PlannedStep);
      next = place + 1;
    }
  }
  const end = plan.end?.step ?? "done";
  // The sites may already have the roles that were asked for.
  const isNothingToDo = plan.plan === "switchover" && plan.steps.length === 0;
  const isDue = (step: PlannedStep, place: number) =>
    place < next ||
    (end === "done" && !isNothingToDo) ||
    step.told === "always" ||
    (step.told === "unless it failed" && end !== "failed");
  const missing = planned.filter(
    (step, place) => isDue(step, place) && !filled.has(step) && isNeeded(step, plan, before),
  );
  return { missing: missing.map(({ step }) => step), misplaced };
}

/** What an earlier attempt saved since the site was lost is not saved again; without anything saved, no replay. */
function isNeeded({ step, ifNeeded }: PlannedStep, plan: ToldPlan, before: readonly ToldPlan[]): boolean {
  if (!ifNeeded) return true;
  const [side] = plan.sides;
  const lostAt = before.findLastIndex(
    (each) => each.sides[0] !== side && each.steps.some((one) => one.step === "promoted"),
  );
  const since = [...before.slice(lostAt + 1), plan];
  const saved = since.flatMap(({ steps }) => steps.filter((one) => one.step === "saved"));
  return step === "saved" ? saved.length === 0 : saved.some(({ detail }) => detail.versions !== 0);
}

/** A step begins after the one before it, a plan after the plan before it, and the end of a plan spans its steps. */
function tooEarly({ steps, end }: ToldPlan, lastEnd: OperatorEvent | null): OperatorEvent | undefined {
  const events = end === null ? steps : [...steps, end];
  const doing = steps.find(({ step }) => step !== "detected" && step !== "decided");
  return events.find((event, index) => {
    const isWhole = event.step === "done" || event.step === "failed";
    const before = (event === end ? undefined : steps[index - 1]) ?? lastEnd;
    return (
      event.tookMs < 0 ||
      (before !== null && beganMs(event) < before.atMs - TOLERANCE_MS) ||
      (isWhole && doing !== undefined && beganMs(event) > beganMs(doing) + TOLERANCE_MS)
    );
  });
}

/** Checks the roles: a site that takes over or is rebuilt is not the primary at that time. */
function wrongTurns(plans: readonly ToldPlan[], first: SiteName): string[] {
  let primary = first;
  const wrong: string[] = [];
  for (const each of plans) {
    const [side] = each.sides;
    if (side === undefined) continue;
    const isNothingToDo = each.plan === "switchover" && each.steps.length === 0;
    const isBegun =
      each.plan === "failover" || each.plan === "rebuild" || (each.end?.step === "done" && !isNothingToDo);
    if (isBegun && side === primary)
      wrong.push(`${nameOf(each)} is recorded while ${side.toUpperCase()} was the primary`);
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
  const target = side === undefined ? "" : ` ${plan === "rebuild" ? "of" : "to"} ${side.toUpperCase()}`;
  return `the ${plan}${target} at ${(first.atMs / 1000).toFixed(1)} s`;
}

function beganMs({ atMs, tookMs }: OperatorEvent): number {
  return atMs - tookMs;
}

function at({ atMs }: OperatorEvent): string {
  return `at ${(atMs / 1000).toFixed(3)} s`;
}
