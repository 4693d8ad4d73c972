/** Samples taken during the load: one line each in `probes.ndjson`. */
import { z } from "zod";
import { OTHER_RUNNERS } from "../load/runners.ts";
import { COMPONENTS, DEVICE_COMPONENTS, SITES } from "../plan/site.ts";

/** The containers whose use of the machine is sampled, in every lab. */
export const SAMPLED_COMPONENTS = [...COMPONENTS, "toxiproxy", "k6"] as const;
/** And under Patroni, those that each site needs besides; not sampled in older runs. */
export const SAMPLED_OF_PATRONI = ["etcd-a", "etcd-b", "etcd-witness", "haproxy-a", "haproxy-b"] as const;
/** And where there is a vault; the renewers where it issues certificates. */
export const RENEWERS = ["renewer-a", "renewer-b"] as const;
export const SAMPLED_OF_VAULT = ["vault", ...RENEWERS] as const;
const ALL_SAMPLED = [
  ...SAMPLED_COMPONENTS,
  ...SAMPLED_OF_PATRONI,
  ...DEVICE_COMPONENTS,
  ...SAMPLED_OF_VAULT,
  ...OTHER_RUNNERS,
] as const;
export type SampledComponent = (typeof ALL_SAMPLED)[number];

/** `null` when it could not be read: the container does not run, or there was no answer. */
const used = z.number().nullable();

/** A timeline that ended, as Patroni's history records it. */
const TimelineEndSchema = z.object({
  timeline: z.number().int().positive(),
  /** Where in the log it ended, and why. */
  lsn: z.number(),
  why: z.string(),
  /** When the next timeline began, and under which member; `null` until that member has written it to the store. */
  at: z.string().nullable(),
  leader: z.string().nullable(),
  /** That member's site; `null` also where the member is of neither. */
  side: z.enum(SITES).nullable(),
});

/**
 * What one site says about who is the primary, in a system that fails over by itself. `server` is `null` when the site did not
 * answer, `lock` when it could not say who holds the lock; `why` gives the reason.
 */
export const PrimaryProbeSchema = z.object({
  type: z.literal("primary"),
  side: z.enum(SITES),
  sentMs: z.number(),
  doneMs: z.number(),
  server: z
    .object({
      role: z.enum(["primary", "replica", "unknown"]),
      state: z.string(),
      timeline: z.number().int().positive().nullable(),
    })
    .nullable(),
  lock: z.object({ holder: z.enum(SITES).nullable() }).nullable(),
  /** By how many bytes this site's server is behind the holder's, by the store; `null` for the holder, or when not known. */
  lagBytes: z.number().int().nonnegative().nullable(),
  why: z.string().nullable(),
  /**
   * All timelines that ended, oldest first; `null` when they were asked for without an answer. Missing where they were not
   * asked for: in older records, without Patroni, and in most samples.
   */
  history: z.array(TimelineEndSchema).nullable().optional(),
});

export const ProbeSchema = z.discriminatedUnion("type", [
  PrimaryProbeSchema,
  /** One write through the edge by the harness itself: outages are measured without k6. */
  z.object({
    type: z.literal("availability"),
    sentMs: z.number(),
    doneMs: z.number(),
    ok: z.boolean(),
    status: z.number(),
    servedBy: z.string(),
  }),
  /** The operator's probe of one site. */
  z.object({
    type: z.literal("health"),
    side: z.enum(SITES),
    sentMs: z.number(),
    doneMs: z.number(),
    ok: z.boolean(),
    why: z.string(),
  }),
  /**
   * How far the follower of `from` is behind it: the age of its newest heartbeat row, and the bytes of WAL that it has not
   * confirmed; both `null` without a follower.
   */
  z.object({
    type: z.literal("replication-lag"),
    from: z.enum(SITES).default("a"),
    atMs: z.number(),
    heartbeatMs: z.number().nullable(),
    lsnBytes: z.number().nullable(),
  }),
  /** What one container has used. Sums start at the container's last start, those of WAL at the database's first. */
  z.object({
    type: z.literal("resources"),
    part: z.enum(ALL_SAMPLED),
    atMs: z.number(),
    /** How long the sample itself took. */
    tookMs: z.number(),
    cpuSeconds: used,
    memoryBytes: used,
    receivedBytes: used,
    sentBytes: used,
    /** Of a database: all WAL since its first start, and what is on its disk, WAL included. */
    walBytes: used.optional(),
    diskBytes: used.optional(),
  }),
  /**
   * What the machine's kernel counted between two samples, in seconds. Summed over the processors: `busy` for any program,
   * `stolen` by the hypervisor for other machines. `waited`: how long at least one task waited for a processor, for a disk, for
   * memory (the kernel's pressure, `some`). `null` where it is not available, with the reason in `why`.
   */
  z.object({
    type: z.literal("machine"),
    fromMs: z.number(),
    atMs: z.number(),
    cores: used,
    busySeconds: used,
    stolenSeconds: used,
    /** By the harness's own process; part of `busySeconds`. */
    harnessSeconds: used,
    waitedSeconds: z.object({ cpu: used, io: used, memory: used }),
    why: z.string().nullable(),
  }),
]);

export type ProbeLine = z.infer<typeof ProbeSchema>;
export type LagProbe = Extract<ProbeLine, { type: "replication-lag" }>;
export type PrimaryProbe = z.infer<typeof PrimaryProbeSchema>;
export type TimelineEnd = z.infer<typeof TimelineEndSchema>;
export type ResourceProbe = Extract<ProbeLine, { type: "resources" }>;
export type MachineProbe = Extract<ProbeLine, { type: "machine" }>;
export type AvailabilityProbe = Extract<ProbeLine, { type: "availability" }>;
