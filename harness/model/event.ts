/** What happened besides the writes: one line each in `events.ndjson`. Times are the drill's clock. */
import { z } from "zod";
import { SIDES } from "./side.ts";

const at = { atMs: z.number() };

/**
 * What the operator has a plan for: a side that is lost, its return as the follower, and by order a change of sides, a
 * first follower, and one side's servers on the other's data.
 */
export const PLANS = ["failover", "rebuild", "switchover", "restart", "start-replication", "serve-across"] as const;
export type PlanName = (typeof PLANS)[number];

export const STEPS = [
  /** The side that serves is given up. */
  "detected",
  /** It serves again, before anybody said that the other shall. */
  "called-off",
  /** Somebody said that it shall be done. */
  "decided",
  /** `side` can only read. */
  "fenced",
  /** `side` is a primary of its own. */
  "promoted",
  /** New requests go to `side`. */
  "latched",
  /** The server of `side` works on the other side's database. */
  "redirected",
  /** `side` was lost, and its database answers again. */
  "returned",
  /** What only `side` holds is known and saved. */
  "saved",
  /** What only `side` held was written again, through the other. */
  "replayed",
  /** `side` holds all that the primary has. */
  "copied",
  /** `side` has confirmed all that the fenced primary holds; in a failover, what it could get in the time it had. */
  "caught-up",
  /** `side` follows the primary. */
  "following",
  /** `side`'s FHIR server answers again, and remembers nothing of before. */
  "restarted",
  /** The plan would do harm as things stand, and was not begun or not continued. */
  "refused",
  "failed",
  "done",
] as const;
export type StepName = (typeof STEPS)[number];

/** What is told of a fault, each once and in this order; of those in one place, one. */
export const FAULT_STATES = [
  ["injecting"],
  ["injected"],
  ["evidenced", "not-evidenced"],
  ["lasted", "not-lasted"],
  ["healed", "not-healed"],
] as const;

export const EventSchema = z.discriminatedUnion("type", [
  /** A part of the drill begins: one of `PHASES` (`scenario.ts`). */
  z.object({ ...at, type: z.literal("phase"), phase: z.string() }),
  /**
   * `injecting` before the first act, `injected` after the last, `evidenced` when a look of its own saw it bite, `lasted`
   * when the last look before its healing, or at the end of the load, still saw it, and `healed` when one saw that it no
   * longer bites. `not-lasted` when one saw that too early, or the last one did not see that it bit.
   */
  z.object({
    ...at,
    type: z.literal("fault"),
    /** Index into the scenario's faults. */
    fault: z.number().int(),
    kind: z.string(),
    state: z.enum(FAULT_STATES.flat()),
    detail: z.record(z.string(), z.unknown()),
  }),
  /** A step of one of the operator's plans, after it was done; `tookMs` is how long it took. */
  z.object({
    ...at,
    type: z.literal("operator"),
    plan: z.enum(PLANS).default("failover"),
    step: z.enum(STEPS),
    side: z.enum(SIDES),
    tookMs: z.number(),
    detail: z.record(z.string(), z.unknown()),
  }),
  /** Something the operator was told to do by plan: when it was told, and how it ended. */
  z.object({
    ...at,
    type: z.literal("order"),
    /** Index into the scenario's orders. */
    order: z.number().int(),
    kind: z.string(),
    state: z.enum(["given", "done", "refused", "failed"]),
    detail: z.record(z.string(), z.unknown()),
  }),
  z.object({ ...at, type: z.literal("container"), name: z.string(), state: z.string() }),
  z.object({ ...at, type: z.literal("note"), text: z.string() }),
]);

export type DrillEvent = z.infer<typeof EventSchema>;
export type FaultEvent = Extract<DrillEvent, { type: "fault" }>;
export type OperatorEvent = Extract<DrillEvent, { type: "operator" }>;
export type OrderEvent = Extract<DrillEvent, { type: "order" }>;
