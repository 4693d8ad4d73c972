/** Events of a drill besides the writes: one line each in `events.ndjson`. Times are by the drill's clock. */
import { z } from "zod";
import { SITES } from "../plan/site.ts";
import { FaultDetailSchema, PlannedOperationDetailSchema, StepDetailSchema } from "./detail.ts";

const at = { atMs: z.number() };

/**
 * The operator's plans: for a lost site (`failover`), for its return as the follower (`rebuild`), and for the planned
 * operations.
 */
export const PLANS = ["failover", "rebuild", "switchover", "restart", "start-replication", "serve-across"] as const;
export type PlanName = (typeof PLANS)[number];

export const STEPS = [
  /** The loss of the serving site is detected. */
  "detected",
  /** The site serves again before the failover was decided. */
  "called-off",
  /** People decided to fail over. */
  "decided",
  /** `side` is read-only. */
  "fenced",
  /** `side` is a primary. */
  "promoted",
  /** New requests are routed to `side`. */
  "latched",
  /** The clients' DNS record names the private endpoint of `side`. */
  "record-switched",
  /** The server of `side` uses the other site's database. */
  "redirected",
  /** `side` was lost, and its database answers again. */
  "returned",
  /** The stranded writes, which only `side` holds, are saved. */
  "saved",
  /** The writes that only `side` held were replayed through the other site. */
  "replayed",
  /** `side` holds all that the primary has. */
  "copied",
  /** `side` has confirmed all that the fenced primary holds; in a failover, what it received in the given time. */
  "caught-up",
  /** `side` follows the primary. */
  "following",
  /** `side`'s FHIR server was restarted and answers again. */
  "restarted",
  /** The plan would do harm in the current situation, so it was not begun or not continued. */
  "refused",
  "failed",
  "done",
] as const;
export type StepName = (typeof STEPS)[number];

/** The states of a fault, each reported once and in this order; of those in one list, one. */
export const FAULT_STATES = [
  ["injecting"],
  ["injected"],
  ["evidenced", "not-evidenced"],
  ["lasted", "not-lasted"],
  ["healed", "not-healed"],
] as const;

export const EventSchema = z.discriminatedUnion("type", [
  /** A phase of the drill begins: one of `PHASES` (`scenario.ts`). */
  z.object({ ...at, type: z.literal("phase"), phase: z.string() }),
  /**
   * `injecting` before the first injection step, `injected` after the last, `evidenced` when a check of its own found
   * the fault active, `lasted` when the last check before its healing, or at the end of the load, still found it
   * active, and `healed` when a check found it cleared. `not-lasted` when a check found it cleared too early, or the
   * last one did not find it active.
   */
  z.object({
    ...at,
    type: z.literal("fault"),
    /** Index into the scenario's faults. */
    fault: z.number().int(),
    kind: z.string(),
    state: z.enum(FAULT_STATES.flat()),
    detail: FaultDetailSchema,
  }),
  /** A step of one of the operator's plans, reported when it was done; `tookMs` is how long it took. */
  z.object({
    ...at,
    type: z.literal("operator"),
    plan: z.enum(PLANS).default("failover"),
    step: z.enum(STEPS),
    side: z.enum(SITES),
    tookMs: z.number(),
    detail: StepDetailSchema,
  }),
  /** A planned operation: when it was given to the operator, and how it ended. */
  z.object({
    ...at,
    type: z.literal("order"),
    /** Index into the scenario's orders. */
    order: z.number().int(),
    kind: z.string(),
    state: z.enum(["given", "done", "refused", "failed"]),
    detail: PlannedOperationDetailSchema,
  }),
  z.object({ ...at, type: z.literal("container"), name: z.string(), state: z.string() }),
  z.object({ ...at, type: z.literal("note"), text: z.string() }),
]);

export type DrillEvent = z.infer<typeof EventSchema>;
export type FaultEvent = Extract<DrillEvent, { type: "fault" }>;
export type OperatorEvent = Extract<DrillEvent, { type: "operator" }>;
export type PlannedOperationEvent = Extract<DrillEvent, { type: "order" }>;
