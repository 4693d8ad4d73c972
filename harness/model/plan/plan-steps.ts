/**
 * The steps of each plan of the operator, in order. The operator reports no others, and the judge notices a missing
 * report. Every plan ends with one of `ENDINGS`.
 */
import type { PlanName, StepName } from "../record/event.ts";
import { type Config, failsOverByItself } from "./config.ts";

export interface PlannedStep {
  step: StepName;
  /** At the site that the plan is about, or at the other one. */
  on: "side" | "other";
  /** Only in configurations for which this is true. */
  when?: (config: Config) => boolean;
  /** Omitted if there is nothing to do, or if an earlier attempt of the plan did it. */
  ifNeeded?: true;
  /** Reported however the plan ends; or unless the plan fails, because no refusal comes before this step. */
  told?: "always" | "unless it failed";
}

const isFenced = ({ fencing }: Config) => fencing;
/** A system that fails over by itself does these steps without reporting them. */
const byOperator = (config: Config) => !failsOverByItself(config);

/** Whether the operator switches the DNS record by which clients find the service. */
const switchesRecord = ({ privateLink }: Config) => (privateLink?.recordSeconds ?? null) !== null;

/** A plan is about the site that takes over, is rebuilt or restarted, starts to follow, or answers clients. */
export const PLAN_STEPS = {
  failover: [
    { step: "detected", on: "other", told: "always" },
    { step: "decided", on: "other", when: ({ operator }) => operator.decisionSeconds > 0 },
    { step: "fenced", on: "other", when: isFenced },
    { step: "caught-up", on: "side", when: ({ operator }) => operator.catchUpSeconds > 0 },
    { step: "promoted", on: "side" },
    { step: "latched", on: "side", when: ({ proxy }) => proxy === "latched" },
    { step: "record-switched", on: "side", when: switchesRecord },
  ],
  rebuild: [
    { step: "returned", on: "side", told: "always" },
    { step: "fenced", on: "side", when: isFenced, told: "unless it failed" },
    { step: "saved", on: "side", ifNeeded: true },
    { step: "replayed", on: "side", ifNeeded: true, when: ({ operator }) => operator.strandedWrites === "replay" },
    { step: "copied", on: "side" },
    { step: "following", on: "side" },
    { step: "restarted", on: "side" },
  ],
  switchover: [
    { step: "fenced", on: "other", when: byOperator },
    { step: "caught-up", on: "side", when: byOperator },
    { step: "promoted", on: "side" },
    { step: "latched", on: "side", when: byOperator },
    { step: "record-switched", on: "side", when: switchesRecord },
    { step: "following", on: "other" },
  ],
  restart: [
    { step: "restarted", on: "side" },
    { step: "following", on: "side" },
  ],
  "start-replication": [
    { step: "copied", on: "side" },
    { step: "following", on: "side" },
    { step: "restarted", on: "side" },
  ],
  "serve-across": [
    { step: "redirected", on: "side" },
    { step: "restarted", on: "side" },
    { step: "latched", on: "side" },
  ],
} as const satisfies Record<PlanName, readonly PlannedStep[]>;

export type StepOf<Plan extends PlanName> = (typeof PLAN_STEPS)[Plan][number]["step"];

export const ENDINGS = ["done", "refused", "failed", "called-off"] as const satisfies readonly StepName[];
