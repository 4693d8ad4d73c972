/** Samples taken beside the load: one line each in `probes.ndjson`. */
import { z } from "zod";
import { SIDES } from "./side.ts";

export const ProbeSchema = z.discriminatedUnion("type", [
  /** One write through the edge by the harness itself: an outage measured without k6. */
  z.object({
    type: z.literal("availability"),
    sentMs: z.number(),
    doneMs: z.number(),
    ok: z.boolean(),
    status: z.number(),
    servedBy: z.string(),
  }),
  /** The operator's look at one side. */
  z.object({
    type: z.literal("health"),
    side: z.enum(SIDES),
    sentMs: z.number(),
    doneMs: z.number(),
    ok: z.boolean(),
    why: z.string(),
  }),
  /**
   * How far the follower of `from` is behind it: the age of the newest heartbeat row there, and the bytes of WAL that it
   * has not confirmed; both `null` when nobody follows.
   */
  z.object({
    type: z.literal("replication-lag"),
    from: z.enum(SIDES).default("a"),
    atMs: z.number(),
    heartbeatMs: z.number().nullable(),
    lsnBytes: z.number().nullable(),
  }),
]);

export type ProbeLine = z.infer<typeof ProbeSchema>;
export type AvailabilityProbe = Extract<ProbeLine, { type: "availability" }>;
