/** What all plans of the operator work with, and how a plan is carried out and reported. */

import type { Config } from "../model/plan/config.ts";
import type { StepOf } from "../model/plan/plan-steps.ts";
import type { SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { StepDetails } from "../model/record/detail.ts";
import type { DrillEvent, OperatorEvent, PlanName, StepName } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import type { StrandedVersion } from "../model/record/stranded.ts";
import type { Database } from "../system/database.ts";
import type { Position } from "../system/replication.ts";
import type { Roles } from "../system/roles.ts";
import type { System } from "../system/system.ts";

/** A site that served or was about to follow, and now does neither. */
export interface Lost {
  side: SiteName;
  /** How far the other site had applied this site's changes. Known only once that site was promoted. */
  remoteLsn: Position | null;
  /** Whatever only this site holds is saved, so the site may be overwritten. */
  saved: boolean;
  /** It came back and is left alone, because any act would do harm. */
  leftAlone: boolean;
}

export interface State extends Roles {
  /** When the primary took over from the other site, by the drill's clock; `null` for the first primary. */
  tookOverMs: number | null;
  lost: Lost | null;
  /** All versions saved from sites that came back. */
  saved: StrandedVersion[];
}

export interface Reports {
  event: (event: DrillEvent) => void;
  probe: (probe: ProbeLine) => void;
  now: () => number;
  /** Records what a site that came back holds. Throws when it cannot be read. */
  returned: (database: Database) => Promise<void>;
  /** Stores what only a lost site held. */
  stranded: (bundle: object) => void;
}

/** What the operator's plans use of a system. */
export type Operated = Pick<
  System,
  "links" | "proxy" | "postgres" | "hapi" | "startHapiB" | "replication" | "privateLink"
>;

export interface Duty {
  system: Operated;
  config: Config;
  state: State;
  reports: Reports;
  /** Ends the operator. */
  signal: AbortSignal;
}

/** Where a plan reports its steps, and the signal that aborts it. */
export interface Teller {
  reports: Pick<Reports, "event" | "probe" | "now">;
  signal: AbortSignal;
}

/** How a plan ended. */
export type Ending =
  | { state: "done"; detail: StepDetails["done"] }
  | { state: "refused" | "failed"; detail: StepDetails["refused" | "failed"] };

/** Does the work of one step of a plan, then reports the step with the detail that the work returned. */
export type Step<Plan extends PlanName> = <Name extends StepOf<Plan>>(
  step: Name,
  side: SiteName,
  work: () => Promise<StepDetails[Name]> | Promise<void>,
) => Promise<void>;

/** Thrown by a plan that would do harm in the current situation. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export function tell<Name extends StepName>(
  teller: Teller,
  plan: PlanName,
  step: Name,
  side: SiteName,
  sinceMs: number,
  detail: StepDetails[Name],
): void {
  report(teller, sinceMs, { plan, step, side, detail });
}

type Report = Pick<OperatorEvent, "plan" | "step" | "side" | "detail">;

function report({ reports }: Teller, sinceMs: number, { plan, step, side, detail }: Report): void {
  const atMs = reports.now();
  reports.event({ type: "operator", plan, step, side, atMs, tookMs: atMs - sinceMs, detail });
}

/** Runs a plan until it is done, refused or failed. `side` is the site the plan is about. */
export async function carryOut<Plan extends PlanName>(
  duty: Teller,
  plan: Plan,
  side: SiteName,
  work: (step: Step<Plan>) => Promise<void>,
): Promise<Ending> {
  const { now } = duty.reports;
  const beganMs = now();
  const step: Step<Plan> = async (name, of, act) => {
    duty.signal.throwIfAborted();
    const sinceMs = now();
    const detail = await act();
    report(duty, sinceMs, { plan, step: name, side: of, detail: detail ?? {} });
  };
  try {
    await work(step);
    tell(duty, plan, "done", side, beganMs, {});
    return { state: "done", detail: {} };
  } catch (error) {
    const detail = { why: duty.signal.aborted ? "the load has ended" : reasonOf(error) };
    const state = error instanceof Refusal ? "refused" : "failed";
    tell(duty, plan, state, side, beganMs, detail);
    return { state, detail };
  }
}
