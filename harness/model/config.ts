/** A configuration: one way to run the two regions, and what it is held to. Configurations are what drills compare. */
import { z } from "zod";
import { CLIENT_RETRIES } from "./attempts.ts";

export const ObjectivesSchema = z.object({
  /** The oldest acknowledged write that may be lost, in seconds before the fault; it excuses none acknowledged after it. */
  rpoSeconds: z.number().nonnegative(),
  /** From the fault until service is back for good, in seconds. */
  rtoSeconds: z.number().positive(),
  /** How many acknowledged writes may be lost at all; `null` leaves it to the RPO, which is of those before the fault. */
  lostWrites: z.number().int().nonnegative().nullable(),
  /** From the fault to two sides of equal content again, in seconds; `null` when nobody promised it. */
  redundancySeconds: z.number().positive().nullable(),
  /** The promised share of time in which writes are acknowledged, over a period; `null` when nobody promised one. */
  availability: z.object({ share: z.number().gt(0).lt(1), periodDays: z.number().positive() }).nullable(),
});

export const OperatorSchema = z.object({
  /** Between two health probes of the side that serves. */
  probeIntervalMs: z.number().positive(),
  /** An answer later than this counts as a failed probe. */
  probeTimeoutMs: z.number().positive(),
  /** This many failed probes in a row, and the operator fails over. */
  failedProbes: z.number().int().positive(),
  /** How long people take to decide, from detection to the order; 0 is an operator that acts by itself. */
  decisionSeconds: z.number().nonnegative().default(0),
  /**
   * For so long after a side has taken over, a probe of it that is not answered in time does not count as failed: a server
   * that has just begun to serve is slow until it is warm. A refusal, a reset and an error count from the beginning. The
   * price: that the side falls silent within this time is detected later, by so much at the most.
   */
  graceSeconds: z.number().nonnegative().default(0),
  /**
   * In a failover, between fence and promotion: for so long at the most the follower takes what the old primary's database
   * can still send. Only where that database let itself be fenced; a dead one is not waited for. 0: it is promoted as it is.
   */
  catchUpSeconds: z.number().nonnegative().default(0),
  /**
   * `warm`: a fenced follower's server is sent writes that change nothing, so that it has run what it will need; `cold`:
   * nobody asks it anything before it serves.
   */
  standby: z.enum(["warm", "cold"]).default("cold"),
  /** What becomes of writes that only the lost side holds: saved for people to look at, or written again as well. */
  strandedWrites: z.enum(["save", "replay"]).default("save"),
});

/**
 * Patroni keeps the two databases: B is a physical copy of A, and Patroni fails over by itself. The names are Patroni's and
 * HAProxy's own.
 */
export const PatroniSchema = z
  .object({
    /** For so long nobody else may lead once the leader has stopped renewing its lock. Patroni takes no less than 20. */
    ttlSeconds: z.number().int().min(20),
    /** Between two rounds of each member, in which the leader renews its lock. */
    loopWaitSeconds: z.number().int().min(1),
    /** For so long the store of the lock, or PostgreSQL, may fail before the leader steps down. */
    retryTimeoutSeconds: z.number().int().min(3),
    /** Where writes wait for the standby and there is none: they go on waiting, instead of being acknowledged without. */
    strict: z.boolean(),
    /** While nobody reaches the store of the lock, the leader goes on as long as it reaches all other members (`failsafe_mode`). */
    failsafe: z.boolean().default(false),
    /**
     * How a FHIR server finds the primary: its site's HAProxy asks Patroni; or its own JDBC driver tries both databases until one
     * can be written to (`targetServerType=primary`).
     */
    route: z.enum(["haproxy", "driver"]).default("haproxy"),
    /** How each site's HAProxy asks who is the primary. */
    check: z.object({
      interSeconds: z.number().int().positive(),
      /** This many failed checks in a row, and a server gets no connections and loses those it has. */
      fall: z.number().int().positive(),
      /** This many good ones in a row, and it gets connections. */
      rise: z.number().int().positive(),
    }),
  })
  .refine(
    ({ ttlSeconds, loopWaitSeconds, retryTimeoutSeconds }) => loopWaitSeconds + 2 * retryTimeoutSeconds <= ttlSeconds,
    {
      message: "loopWaitSeconds + 2 × retryTimeoutSeconds must be at most ttlSeconds",
    },
  );

export const ConfigSchema = z.object({
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** What it is, in one sentence. */
  is: z.string(),
  /**
   * `async`: the primary acknowledges without waiting. `sync`: it waits until the follower has flushed the commit;
   * `sync-apply`: until it has applied it, so that it can be read there.
   */
  replication: z.enum(["async", "sync", "sync-apply"]),
  /**
   * `latched`: requests go where the operator says. `tuned`: to B while A fails, and back, by short timeouts and a count
   * of failures; a POST that was sent is not sent to the other. `passive`: the same by nginx's own defaults. `balanced`: to both
   * in turn, where each server finds the primary by itself.
   */
  proxy: z.enum(["latched", "tuned", "passive", "balanced"]).default("latched"),
  /** A side that is not the primary can only read: B until it is promoted, A as soon as the operator can reach it. */
  fencing: z.boolean().default(true),
  /**
   * What a client does when it gets no acknowledgement: nothing; sends the same write again under the same ids; or does
   * so with creates that the server carries out only if it has none like it (`attempts.ts`).
   */
  clientRetry: z.enum(CLIENT_RETRIES).default("none"),
  operator: OperatorSchema,
  /** `null`: B follows A by logical replication, and the operator fails over. */
  patroni: PatroniSchema.nullable().default(null),
  objectives: ObjectivesSchema,
});

export type Objectives = z.infer<typeof ObjectivesSchema>;
export type OperatorSettings = z.infer<typeof OperatorSchema>;
export type PatroniSettings = z.infer<typeof PatroniSchema>;
export type Config = z.infer<typeof ConfigSchema>;
/** As people write it: what has a default may be left out. */
export type ConfigInput = z.input<typeof ConfigSchema>;
