/** What happened besides the writes: one line each in `events.ndjson`. Times are the drill's clock. */
import { z } from "zod";
import { SIDES } from "./side.ts";

const at = { atMs: z.number() };

export const EventSchema = z.discriminatedUnion("type", [
  /** A part of the drill begins: set-up step, warm-up, baseline, after, quiesce, audit. */
  z.object({ ...at, type: z.literal("phase"), phase: z.string() }),
  /**
   * `injecting` before the first act, `injected` after the last, `evidenced` when a look of its own saw it bite, `healed`
   * when one saw that it no longer does.
   */
  z.object({
    ...at,
    type: z.literal("fault"),
    /** Index into the scenario's faults. */
    fault: z.number().int(),
    kind: z.string(),
    state: z.enum(["injecting", "injected", "evidenced", "not-evidenced", "healed", "not-healed"]),
    detail: z.record(z.string(), z.unknown()),
  }),
  /** A step of the operator's plan, after it was done; `tookMs` is how long it took. */
  z.object({
    ...at,
    type: z.literal("operator"),
    step: z.enum(["detected", "fenced", "promoted", "latched", "failed"]),
    side: z.enum(SIDES),
    tookMs: z.number(),
    detail: z.record(z.string(), z.unknown()),
  }),
  z.object({ ...at, type: z.literal("container"), name: z.string(), state: z.string() }),
  z.object({ ...at, type: z.literal("note"), text: z.string() }),
]);

export type DrillEvent = z.infer<typeof EventSchema>;
export type FaultEvent = Extract<DrillEvent, { type: "fault" }>;
export type OperatorEvent = Extract<DrillEvent, { type: "operator" }>;
