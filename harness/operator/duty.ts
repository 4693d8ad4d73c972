/** What every plan of the operator works with, and how one is carried out and told. */
import type { Config } from "../model/config.ts";
import type { DrillEvent, PlanName, StepName } from "../model/event.ts";
import { reasonOf } from "../model/failure.ts";
import type { StepOf } from "../model/plan-steps.ts";
import type { ProbeLine } from "../model/probe.ts";
import type { Side } from "../model/side.ts";
import type { StrandedVersion } from "../model/stranded.ts";
import type { Database } from "../system/database.ts";
import type { Position } from "../system/replication.ts";
import type { Roles } from "../system/roles.ts";
import type { System } from "../system/system.ts";

/** A side that served, or was about to follow, and does neither now. */
export interface Lost {
  side: Side;
  /** Up to here the other side had applied what this one did. Known at its promotion only. */
  remoteLsn: Position | null;
  /** What only this side holds is saved, or there is nothing: then it may be overwritten. */
  saved: boolean;
  /** It came back and is left alone, because anything else would do harm. */
  leftAlone: boolean;
}

export interface State extends Roles {
  /** When the primary took over from the other side, by the drill's clock; `null` while it is the first one. */
  tookOverMs: number | null;
  lost: Lost | null;
  /** All that was saved of sides that came back. */
  saved: StrandedVersion[];
}

export interface Reports {
  event: (event: DrillEvent) => void;
  probe: (probe: ProbeLine) => void;
  now: () => number;
  /** Records what a side holds that came back. Throws when it cannot be read. */
  returned: (database: Database) => Promise<void>;
  /** Keeps what only a lost side held. */
  stranded: (bundle: object) => void;
}

/** What the operator's plans take of a system. */
export type Operated = Pick<System, "links" | "proxy" | "postgres" | "hapi" | "startHapiB" | "replication">;

export interface Duty {
  system: Operated;
  config: Config;
  state: State;
  reports: Reports;
  /** Ends the operator's life. */
  signal: AbortSignal;
}

/** To whom is told what was done, and who may call it off. */
export interface Teller {
  reports: Pick<Reports, "event" | "probe" | "now">;
  signal: AbortSignal;
}

/** How a plan ended. */
export interface Ending {
  state: "done" | "refused" | "failed";
  detail: Record<string, unknown>;
}

type Detail = Record<string, unknown>;
/** Does the work of one step of a plan, and tells it when it is done. */
export type Step<Plan extends PlanName> = (
  step: StepOf<Plan>,
  side: Side,
  work: () => Promise<Detail> | Promise<void>,
) => Promise<void>;

/** Thrown by a plan that would do harm as things stand. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export function tell({ reports }: Teller, plan: PlanName, step: StepName, side: Side, sinceMs: number, detail: Detail) {
  const atMs = reports.now();
  reports.event({ type: "operator", plan, step, side, atMs, tookMs: atMs - sinceMs, detail });
}

/** Runs a plan to its end, whatever that is. `side` is the one that it is about. */
export async function carryOut<Plan extends PlanName>(
  duty: Teller,
  plan: Plan,
  side: Side,
  work: (step: Step<Plan>) => Promise<void>,
): Promise<Ending> {
  const { now } = duty.reports;
  const beganMs = now();
  const step: Step<Plan> = async (name, of, act) => {
    duty.signal.throwIfAborted();
    const sinceMs = now();
    const detail = await act();
    tell(duty, plan, name, of, sinceMs, detail ?? {});
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
