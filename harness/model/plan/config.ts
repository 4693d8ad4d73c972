/** A configuration: how the two sites are run, and their objectives. Drills compare configurations. */
import { z } from "zod";
import { CLIENT_RETRIES } from "./attempts.ts";
import { DevicesSchema } from "./devices.ts";
import { PrivateLinkSchema } from "./private-link.ts";
import { VaultSchema } from "./vault.ts";

export const ObjectivesSchema = z.object({
  /**
   * The greatest age of an acknowledged write that may be lost, in seconds before the fault. It covers no later write.
   */
  rpoSeconds: z.number().nonnegative(),
  /** Seconds from the fault until service is back for good. */
  rtoSeconds: z.number().positive(),
  /** How many acknowledged writes may be lost at all; `null`: only the RPO counts, for writes before the fault. */
  lostWrites: z.number().int().nonnegative().nullable(),
  /** Seconds from the fault until both sites have the same content again; `null`: no objective. */
  redundancySeconds: z.number().positive().nullable(),
  /** The share of a period in which writes are acknowledged; `null`: no objective. */
  availability: z.object({ share: z.number().gt(0).lt(1), periodDays: z.number().positive() }).nullable(),
});

export const OperatorSchema = z.object({
  /** Time between two health probes of the serving site. */
  probeIntervalMs: z.number().positive(),
  /** A later answer counts as a failed probe. */
  probeTimeoutMs: z.number().positive(),
  /** The operator fails over after this many failed probes in a row. */
  failedProbes: z.number().int().positive(),
  /** Seconds that people take to decide, from the detection to the failover; 0: the operator acts by itself. */
  decisionSeconds: z.number().nonnegative().default(0),
  /**
   * For this long after a site has taken over, a probe that it does not answer in time does not count as failed: a
   * server that has just begun to serve is slow until it is warm. Refusals, resets and errors count from the beginning.
   * The price: a site that stops answering within this time is detected later, by this time at most.
   */
  graceSeconds: z.number().nonnegative().default(0),
  /**
   * In a failover, between fence and promotion: the longest time that the follower gets to receive what the old
   * primary's database can still send. Only if that database could be fenced: a dead one is not waited for. 0: no
   * waiting.
   */
  catchUpSeconds: z.number().nonnegative().default(0),
  /**
   * `warm`: the server of a fenced follower gets writes that change nothing, so that its code is warm. `cold`: it gets
   * no requests before it serves.
   */
  standby: z.enum(["warm", "cold"]).default("cold"),
  /** Stranded writes, which only the lost site holds: saved for people to inspect, or also written again. */
  strandedWrites: z.enum(["save", "replay"]).default("save"),
  /**
   * What happens to jobs in progress on the old primary's server, before the new primary may write. `requeue`:
   * unfinished steps are repeated, so their output may exist twice. `restart`: a bulk export starts again under its id,
   * and other jobs are requeued. `leave`: nothing, as HAPI does; the jobs never end.
   */
  jobs: z.enum(["requeue", "restart", "leave"]).default("requeue"),
});

/**
 * Patroni runs the two databases: B is a physical standby of A, and Patroni fails over by itself. The names are those
 * of Patroni and HAProxy.
 */
export const PatroniSchema = z
  .object({
    /** Once the leader stops renewing its lock, no other may lead for this long. Patroni's minimum is 20. */
    ttlSeconds: z.number().int().min(20),
    /** Time between two rounds of each member; in each round the leader renews its lock. */
    loopWaitSeconds: z.number().int().min(1),
    /** How long the lock store (DCS) or PostgreSQL may fail before the leader steps down. */
    retryTimeoutSeconds: z.number().int().min(3),
    /** If writes wait for a standby and there is none, they keep waiting instead of being acknowledged without it. */
    strict: z.boolean(),
    /** Without the lock store, the leader goes on as long as it reaches all other members (`failsafe_mode`). */
    failsafe: z.boolean().default(false),
    /**
     * Each site's database copies the closed segments of its write-ahead log to a folder of its own (`archive_mode`).
     */
    archive: z.boolean().default(false),
    /**
     * How a FHIR server finds the primary: `haproxy`: its site's HAProxy asks Patroni; `driver`: its JDBC driver tries
     * both databases until one accepts writes (`targetServerType=primary`).
     */
    route: z.enum(["haproxy", "driver"]).default("haproxy"),
    /** How each site's HAProxy checks which database is the primary. */
    check: z.object({
      interSeconds: z.number().int().positive(),
      /** After this many failed checks in a row, a server gets no new connections and loses those it has. */
      fall: z.number().int().positive(),
      /** After this many successful checks in a row, it gets connections. */
      rise: z.number().int().positive(),
    }),
  })
  .refine(
    ({ ttlSeconds, loopWaitSeconds, retryTimeoutSeconds }) => loopWaitSeconds + 2 * retryTimeoutSeconds <= ttlSeconds,
    {
      message: "loopWaitSeconds + 2 × retryTimeoutSeconds must be at most ttlSeconds",
    },
  );

/** A system of one's own instead of a lab, as its description says; no drill started it. */
export const OwnSchema = z.object({
  /** The FHIR base that its clients use. */
  base: z.string(),
  /**
   * Whether the description says how to find the primary. If not, there are no sites, and A stands for the whole
   * system.
   */
  observed: z.boolean(),
});

export const ConfigSchema = z
  .object({
    name: z.string().regex(/^[a-z0-9-]+$/),
    /** What the configuration is, in one sentence. */
    is: z.string(),
    /**
     * `async`: the primary acknowledges without waiting. `sync`: it waits until the follower has flushed the commit.
     * `sync-apply`: it waits until the follower has applied it, so that it can be read there.
     */
    replication: z.enum(["async", "sync", "sync-apply"]),
    /**
     * `latched`: the operator routes requests to a site. `tuned`: requests go to B while A fails, and back, by short
     * timeouts and a failure count; a POST that was sent is not sent to the other site. `passive`: the same with
     * nginx's defaults. `balanced`: requests go to both sites in turn; each server finds the primary by itself.
     */
    proxy: z.enum(["latched", "tuned", "passive", "balanced"]).default("latched"),
    /**
     * `follower-while-away`: until the first failover, a read that A fails is answered by B, which follows A and writes
     * nothing. Without it, reads go where writes go.
     */
    reads: z.literal("follower-while-away").optional(),
    /** A site that is not the primary is read-only: B until it is promoted, A as soon as the operator can reach it. */
    fencing: z.boolean().default(true),
    /**
     * What a client does without an acknowledgement: `none`: nothing; `same-id`: it sends the same write again under
     * the same ids; `conditional-create`: the same, with conditional creates (`attempts.ts`).
     */
    clientRetry: z.enum(CLIENT_RETRIES).default("none"),
    operator: OperatorSchema,
    /** `null`: B follows A by logical replication, and the operator fails over. */
    patroni: PatroniSchema.nullable().default(null),
    /** `null`: a lab. Otherwise, of the settings above only `clientRetry` applies. */
    own: OwnSchema.nullable().default(null),
    /** `null`: there are no devices. */
    devices: DevicesSchema.nullable().default(null),
    /** `null`: clients are in the network of the service itself. */
    privateLink: PrivateLinkSchema.nullable().default(null),
    /** `null`: there is no vault. */
    vault: VaultSchema.nullable().default(null),
    objectives: ObjectivesSchema,
  })
  .refine(({ reads, proxy, fencing }) => reads === undefined || (proxy === "latched" && fencing), {
    path: ["reads"],
    message:
      "B can serve reads only behind a proxy that the operator routes (latched), and without writes only if fenced",
  })
  .refine(
    ({ reads, patroni, own, privateLink }) =>
      reads === undefined || (patroni === null && own === null && privateLink === null),
    { path: ["reads"], message: "B serves reads only in the lab with an operator, and without client networks" },
  )
  .refine(({ devices, patroni, own }) => devices === null || (patroni === null && own === null), {
    path: ["devices"],
    message:
      "devices are supported only in the lab with an operator: not under Patroni, and not with a system of one's own",
  })
  .refine(({ privateLink, patroni, own }) => privateLink === null || (patroni === null && own === null), {
    path: ["privateLink"],
    message:
      "client networks are supported only in the lab with an operator: not under Patroni, and not with a system of one's own",
  })
  .refine(
    ({ vault, patroni, own, devices, privateLink }) =>
      vault === null || (patroni === null && own === null && devices === null && privateLink === null),
    {
      path: ["vault"],
      message:
        "a vault is supported only in the lab with an operator: not under Patroni, not beside devices or client networks, and not with a system of one's own",
    },
  );

export type Objectives = z.infer<typeof ObjectivesSchema>;
export type OperatorSettings = z.infer<typeof OperatorSchema>;
export type PatroniSettings = z.infer<typeof PatroniSchema>;
export type Config = z.infer<typeof ConfigSchema>;
/** As people write it: keys with a default may be omitted. */
export type ConfigInput = z.input<typeof ConfigSchema>;

/** Whether the system fails over without our operator: by Patroni, or by whatever a system of one's own has. */
export function failsOverByItself({ patroni, own }: Pick<Config, "patroni" | "own">): boolean {
  return patroni !== null || own !== null;
}

/** Whether the system is sampled for who is the primary. */
export function tellsItsPrimary({ patroni, own }: Pick<Config, "patroni" | "own">): boolean {
  return patroni !== null || own?.observed === true;
}
