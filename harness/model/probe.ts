/** Samples taken beside the load: one line each in `probes.ndjson`. */
import { z } from "zod";
import { PARTS, SIDES } from "./side.ts";

/** Whose use of the machine is sampled. */
export const SAMPLED_PARTS = [...PARTS, "toxiproxy", "k6"] as const;
export type SampledPart = (typeof SAMPLED_PARTS)[number];

/** `null` when it could not be read: its container does not run, or nobody answered. */
const used = z.number().nullable();

/**
 * What one side says of who is the primary, where the system fails over by itself. `server` is `null` when it did not answer,
 * `lock` when it could not say who holds it; `why` says the one or the other.
 */
export const PrimaryProbeSchema = z.object({
  type: z.literal("primary"),
  side: z.enum(SIDES),
  sentMs: z.number(),
  doneMs: z.number(),
  server: z
    .object({
      role: z.enum(["primary", "replica", "unknown"]),
      state: z.string(),
      timeline: z.number().int().positive().nullable(),
    })
    .nullable(),
  lock: z.object({ holder: z.enum(SIDES).nullable() }).nullable(),
  /** Bytes that this side's server is behind the holder's, by the store; `null` for the holder, and when nobody knows. */
  lagBytes: z.number().int().nonnegative().nullable(),
  why: z.string().nullable(),
});

export const ProbeSchema = z.discriminatedUnion("type", [
  PrimaryProbeSchema,
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
  /** What one container has used. Sums count from the container's last start, those of WAL from the database's first. */
  z.object({
    type: z.literal("resources"),
    part: z.enum(SAMPLED_PARTS),
    atMs: z.number(),
    /** What the look itself took. */
    tookMs: z.number(),
    cpuSeconds: used,
    memoryBytes: used,
    receivedBytes: used,
    sentBytes: used,
    /** Of a database: written ahead since its birth, and what lies on its disk, that included. */
    walBytes: used.optional(),
    diskBytes: used.optional(),
  }),
  /**
   * What the machine's kernel counted between two samples, in seconds. Of the processors, added up: `busy` on anybody's
   * behalf, `stolen` by the hypervisor for other machines. `waited`: how long at least one task waited for a processor,
   * for a disk, for memory (the kernel's pressure, `some`). `null` where it is not to be had, and `why`.
   */
  z.object({
    type: z.literal("machine"),
    fromMs: z.number(),
    atMs: z.number(),
    cores: used,
    busySeconds: used,
    stolenSeconds: used,
    /** By the process of the harness, which is part of `busySeconds`. */
    harnessSeconds: used,
    waitedSeconds: z.object({ cpu: used, io: used, memory: used }),
    why: z.string().nullable(),
  }),
]);

export type ProbeLine = z.infer<typeof ProbeSchema>;
export type LagProbe = Extract<ProbeLine, { type: "replication-lag" }>;
export type PrimaryProbe = z.infer<typeof PrimaryProbeSchema>;
export type ResourceProbe = Extract<ProbeLine, { type: "resources" }>;
export type MachineProbe = Extract<ProbeLine, { type: "machine" }>;
export type AvailabilityProbe = Extract<ProbeLine, { type: "availability" }>;
