/** `verdict.json`: the judgement of one run. A figure that was not measured is `null`, with a reason, never 0. */
import { z } from "zod";
import { SITES } from "../plan/site.ts";
import { UNMEASURED } from "./unmeasured.ts";

export const VERDICT_SCHEMA = "fhirdrill.verdict/1";

export const VerdictWordSchema = z.enum(["holds", "broken", "inconclusive"]);
export type VerdictWord = z.infer<typeof VerdictWordSchema>;

/**
 * `no-objective`: measured only, or the run has nothing of the kind. `not-examined`: the system lacks a capability, or
 * the record lacks evidence. Neither is good or bad.
 */
export const CHECK_WORDS = [...VerdictWordSchema.options, "no-objective", "not-examined"] as const;
export type CheckWord = (typeof CHECK_WORDS)[number];

/** The word for both in older verdicts. */
export const UNASKED = "unasked";
export const CheckWordSchema = z
  .enum([...CHECK_WORDS, UNASKED])
  .transform((word): CheckWord => (word === UNASKED ? "no-objective" : word));

export const CheckResultSchema = z.object({
  name: z.string(),
  verdict: CheckWordSchema,
  reason: z.string(),
  /** Ids, times, file and line. */
  evidence: z.array(z.string()),
});
export type CheckResult = z.infer<typeof CheckResultSchema>;

const figure = z.number().nullable();
const quantiles = z.object({ p50: figure, p95: figure, p99: figure, count: z.number() });
const writes = z.object({ count: figure, ids: z.array(z.string()) });
/** Named as `Type/id`. */
const resources = z.object({ count: figure, resources: z.array(z.string()) });
/** Named as `device:number`. */
const messages = z.object({ count: figure, messages: z.array(z.string()) });

/** One site's use: its server and its database together. */
const use = z.object({
  /** Processor seconds per second. */
  cores: figure,
  memoryBytes: figure,
  networkBytesPerSecond: figure,
  walBytesPerSecond: figure,
  diskBytes: figure,
});
export type Use = z.infer<typeof use>;
const lag = quantiles.extend({
  max: figure,
  /** For how long the lag was unknown. */
  unknownSeconds: figure,
});
export type LagMeasure = z.infer<typeof lag>;
const lags = z.object({ heartbeatMs: lag, lsnBytes: lag });
const traffic = quantiles.extend({ ratePerSecond: figure });

const network = z.object({
  side: z.enum(SITES),
  /** Whether it was lost with its region, and its clients with it. */
  lost: z.boolean(),
  attempted: z.number(),
  acknowledged: z.number(),
  /** Writes that were not sent, because the service's name had no address. */
  notFound: z.number(),
  /** Acknowledged writes, by the region of the private endpoint. */
  answeredBy: z.object({ a: z.number(), b: z.number() }),
  downtimeSeconds: figure,
  /** Whether the last outage had not ended when the load did. */
  censored: z.boolean(),
  ...{ rtoSeconds: figure, rtoCensoredAtSeconds: figure },
});
export type NetworkMeasure = z.infer<typeof network>;

/** Shares of 1: of all processors' time, and of the time for waiting. */
const machineUse = z.object({
  /** Used by other programs, and stolen by the hypervisor. */
  others: figure,
  stolen: figure,
  /** At least one task waited, of any program. */
  waitedCpu: figure,
  waitedIo: figure,
  waitedMemory: figure,
});
export type MachineUse = z.infer<typeof machineUse>;

/** A number of gone writes; `why` it is unknown. */
const savableWrites = z.object({ count: figure, why: z.string().nullable() });

export const EXPORT_OUTCOMES = ["completed", "resumed", "told", "stuck", "unfinished", "unreachable"] as const;
export type ExportOutcome = (typeof EXPORT_OUTCOMES)[number];

export const MeasuresSchema = z.object({
  writes: z.object({ attempted: z.number(), acknowledged: z.number(), failed: z.number(), indeterminate: z.number() }),
  lost: writes.extend({
    /** Acknowledgement of the oldest lost write, on the drill's clock. */
    oldestAckMs: figure,
    /** Lost writes acknowledged after the newest surviving one, and those before it. */
    tail: figure,
    holes: figure,
  }),
  stranded: writes,
  /**
   * How many of the gone writes could have been saved at a lost site's return, and how many still can be; `null`
   * without an archive.
   */
  savable: z
    .object({ gone: figure, inLog: savableWrites, inArchive: savableWrites.nullable() })
    .default(UNMEASURED.savable),
  recovered: z.object({ count: figure }),
  phantom: writes,
  unexpected: writes,
  duplicated: writes,
  doubleExecuted: writes,
  corrupt: writes,
  /** Transaction bundles that are only partly there. */
  torn: writes,
  regressed: resources,
  dangling: resources,
  indexLost: resources,
  /** Milliseconds from the acknowledgement of a version to the last read that still found an older one. */
  stale: quantiles.extend({ maxMs: figure }),
  registers: z.object({ checked: figure, violations: z.array(z.string()) }),
  /** Resource versions of this run that only one site holds, and those whose content differs. */
  divergence: z.object({ onlyServing: figure, onlyOther: figure, different: figure }),
  rpo: z.object({
    /** What the disaster cost: lost writes acknowledged before its own failover was over. */
    count: figure,
    /** Also `null` when all lost writes were acknowledged after the fault. */
    seconds: figure,
    /** Of `count`, those acknowledged after the fault. */
    afterFault: figure.default(null),
    /** Lost writes acknowledged after that failover: not in `count`. */
    later: figure.default(null),
  }),
  rto: z.object({
    ...{ seconds: figure, censoredAtSeconds: figure, detect: figure, switch: figure, resume: figure },
    /** When the last outage or missed write was over, by the same clock. */
    lastEndSeconds: figure.default(null),
    /** `cause`: the act that caused it; `null` when some writes were missed without an outage. */
    later: z.array(z.object({ fromMs: z.number(), toMs: z.number(), cause: z.string().nullable() })).default([]),
    /** Writes sent after it, outside later outages, that were answered slowly; and until when, by the same clock. */
    slowWrites: figure.default(null),
    slowUntilSeconds: figure.default(null),
  }),
  redundancy: z.object({ seconds: figure, censoredAtSeconds: figure }),
  downtime: z.object({
    seconds: figure,
    /** True when the last interval was still open when the load ended: the figure is then a lower bound. */
    censored: z.boolean(),
    intervals: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
  }),
  /** Each planned switchover; `gapSeconds`: the longest time in it without an acknowledged write. */
  switchovers: z.array(z.object({ to: z.enum(SITES), seconds: figure, gapSeconds: figure, lost: figure })).default([]),
  /** Shares of 1, and how much of the promised period's error budget this one run spent, as a share of it. */
  availability: z.object({ byTime: figure, byCount: figure, budgetByTime: figure, budgetByCount: figure }),
  /** Milliseconds from sending to acknowledgement, of acknowledged writes only. */
  latency: z.object({ before: quantiles, during: quantiles, after: quantiles }),
  /** What each site used, what A used before B followed it, and what having B costs. */
  resources: z
    .object({
      a: use,
      b: use,
      unfollowed: use,
      /** What B's database received. */
      replicationBytesPerSecond: figure,
      /** What disaster recovery adds to what A uses alone: a share of 1. */
      share: z.object({ cores: figure, memory: figure, network: figure, wal: figure, disk: figure }),
      cost: z.object({ currency: z.string().nullable(), perHourAlone: figure, perHour: figure }),
    })
    .default(UNMEASURED.resources),
  replicationLag: z.object({ before: lags, during: lags, after: lags }).default(UNMEASURED.replicationLag),
  initialReplication: z
    .object({
      /** From the subscription to the last table that was copied. */
      seconds: figure,
      tables: figure,
      /** Rows on B then, and their size with indexes. */
      rows: figure,
      bytes: figure,
      rowsPerSecond: figure,
      /** Resources that A was filled with before the load, and that B lacked when it followed. */
      missing: figure,
      /** Acknowledged writes, in the baseline and while tables were copied. */
      before: traffic,
      during: traffic,
    })
    .default(UNMEASURED.initialReplication),
  /** Writes whose `lastUpdated` is older than one that could be read before they were sent, and by how much at most. */
  hidden: writes.extend({ maxMs: figure }).default(UNMEASURED.hidden),
  /** Who else used the machine from the baseline to the end of the load, and in the worst few seconds of it. */
  machine: z
    .object({
      whole: machineUse,
      worst: machineUse.extend({ fromMs: figure, toMs: figure }),
      /** For how long there were no samples. */
      unknownSeconds: figure,
      /** Why a figure is unknown. */
      why: z.string().nullable(),
    })
    .default(UNMEASURED.machine),
  /** Answered 2xx without all that is needed to look them up. */
  unverifiable: writes.default(UNMEASURED.unverifiable),
  /** Without one current version that is the newest. */
  outOfOrder: resources.default(UNMEASURED.outOfOrder),
  /** Resources from before the load that are missing or changed. */
  beforeLoad: resources.default(UNMEASURED.beforeLoad),
  /**
   * Resources to read through the API at the end, those answered, and the most that are wrong, with 95 % confidence.
   */
  reads: z.object({ wanted: figure, answered: figure, wrongAtMost: figure }).default(UNMEASURED.reads),
  /** Milliseconds to acknowledgement with the database in the server's region, and with it in the other one. */
  acrossRegions: z.object({ addedMs: figure, local: quantiles, across: quantiles }).default(UNMEASURED.acrossRegions),
  /**
   * How the bulk export ended, and how long after the fault; when the new primary's server was first seen working on
   * it. In its files: resources that are missing, duplicated, unknown, or with other content than was stored.
   */
  bulkExport: z
    .object({
      outcome: z.enum(EXPORT_OUTCOMES).nullable(),
      ...{ endedSeconds: figure, pickedUpSeconds: figure, files: figure, lines: figure },
      ...{ missing: resources, duplicated: resources, foreign: resources, altered: resources },
    })
    .default(UNMEASURED.bulkExport),
  /** What devices handed over to brokers, and what happened to it. `null` without devices. */
  deviceMessages: z
    .object({
      ...{ sent: figure, handedOver: figure },
      /**
       * What it was lost with: a broker that alone had it, a bridge, or a site whose FHIR server had acknowledged it.
       */
      lost: messages.extend({ withBroker: figure, withBridge: figure, withSite: figure }),
      ...{ duplicated: messages, reordered: messages },
      /** Milliseconds from handing over to storing. */
      late: quantiles.extend({ maxMs: figure }),
    })
    .default(UNMEASURED.deviceMessages),
  /**
   * How many were lost, how many of the new ones again; devices without one in the end; the longest time without one.
   */
  deviceConnections: z
    .object({ lost: figure, lostAgain: figure, without: figure, awaySeconds: figure })
    .default(UNMEASURED.deviceConnections),
  /** What the clients of each network saw; empty without client networks. */
  clientNetworks: z.array(network).default([]),
  /** Reads of registers beside the writes: how many were answered, by which site, and how long none was. */
  readAvailability: z
    .object({
      ...{ asked: figure, answered: figure, share: figure, seconds: figure },
      /** The last interval had not ended when the load did. */
      censored: z.boolean(),
      intervals: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
      answeredBy: z.object({ a: figure, b: figure }),
      /** Reads that gave an older version than was acknowledged before they were sent, and the longest time since. */
      ...{ stale: figure, stalestMs: figure },
    })
    .default(UNMEASURED.readAvailability),
  /** For a load whose rate changes: the highest rate carried, and each rate examined. */
  carriedRate: z
    .object({
      highest: figure,
      levels: z.array(
        z.object({
          ...{ ratePerSecond: z.number(), planned: z.number(), sent: z.number(), acknowledged: z.number() },
          /** Acknowledged within the operator's probe timeout. */
          inTime: z.number(),
          p95Ms: figure,
          /** `null`: unknown. */
          carried: z.boolean().nullable(),
        }),
      ),
    })
    .default(UNMEASURED.carriedRate),
  /**
   * From the vault's return until writes were acknowledged again, and until each of its clients got what it requested;
   * if that was not observed, for how long it was not so.
   */
  vaultReturn: z
    .object({
      ...{ writesSeconds: figure, writesCensoredAtSeconds: figure.default(null) },
      ...{ clientsSeconds: figure, clientsCensoredAtSeconds: figure.default(null) },
    })
    .default(UNMEASURED.vaultReturn),
  /**
   * While the vault was lost: writes acknowledged past the bound; what the vault still gave; how long a server keeps a
   * connection, and how long after its certificate's end it served; databases that started meanwhile and waited.
   */
  accessEnds: z
    .object({
      ...{ past: writes, givenMeanwhile: figure },
      ...{ boundSeconds: figure, servedSeconds: figure, startsInVain: figure },
    })
    .default(UNMEASURED.accessEnds),
  /**
   * Files of data directories copied without the key, and how many held a text; the same for the files as databases see
   * them.
   */
  stolenData: z
    .object({ files: figure, holding: figure, open: z.object({ files: figure, holding: figure }) })
    .default(UNMEASURED.stolenData),
  /** Writes answered with 429 from the baseline on; the longest time in which every answer was one. */
  throttled: z.object({ count: figure, share: figure, longestSeconds: figure }).default(UNMEASURED.throttled),
  /** Writes answered with 401 or 403; for how long in all, if the same authorization was accepted before and after. */
  unauthorized: z.object({ count: figure, seconds: figure }).default(UNMEASURED.unauthorized),
});
export type Measures = z.infer<typeof MeasuresSchema>;

/** The RTO of a run in which it was not measured or not seen. */
export const NO_RTO: Measures["rto"] = {
  ...{ seconds: null, censoredAtSeconds: null, detect: null, switch: null, resume: null },
  ...{ lastEndSeconds: null, later: [], slowWrites: null, slowUntilSeconds: null },
};

export const VerdictSchema = z.object({
  schema: z.literal(VERDICT_SCHEMA),
  run: z.string(),
  scenario: z.string(),
  config: z.string(),
  verdict: VerdictWordSchema,
  checks: z.array(CheckResultSchema),
  measures: MeasuresSchema,
});
export type Verdict = z.infer<typeof VerdictSchema>;

/** Worst wins: broken, then inconclusive. Nothing promised and checked is inconclusive. */
export function worst(words: readonly CheckWord[]): VerdictWord {
  if (words.includes("broken")) return "broken";
  return words.includes("inconclusive") || !words.includes("holds") ? "inconclusive" : "holds";
}

/** The share of processor time that was not available to the drill. */
export function takenIn({ others, stolen }: MachineUse): number {
  return (others ?? 0) + (stolen ?? 0);
}
