/**
 * The `detail` of an event: facts beyond what happened, where and when. Every field that a program reads is defined
 * here with its unit; below is which fields each step and each state has.
 *
 * A writer must set all fields of its step or state: a missing or misspelt one does not compile. For readers, every
 * field is optional, because older runs have fewer. No drill writes a value of another type: such a line is damaged and
 * left out, and the run is inconclusive.
 */
import { z } from "zod";
import type { FaultSpec } from "../plan/fault.ts";
import type { PlannedOperation } from "../plan/planned-operation.ts";
import { SITES } from "../plan/site.ts";

type Nothing = Record<string, never>;

/** The fields of all steps of the operator; each means the same in every step. */
const AnyStep = z.object({
  /** The reasons of the failed probes, in order; the observer has only one. */
  failures: z.array(z.string()),
  /** How long people took to decide, in seconds. */
  decisionSeconds: z.number(),
  /** `read-only`, or `unreachable: ` and the reason: then there is no fence. */
  answer: z.string(),
  /** How many transactions the fence has terminated; `null` when it could not. */
  endedTransactions: z.number().nullable(),
  /** How long the follower was given to receive what it lacked. */
  waitedMs: z.number(),
  /** What the follower still lacked of the old primary; `null` when unknown. */
  bytesLeft: z.number().nullable(),
  /** How many versions were saved, by any writer. */
  versions: z.number(),
  /** How many transactions made them. */
  transactions: z.number(),
  /** How far the other site had the lost primary's changes; `null` when it did not follow. */
  remoteLsn: z.string().nullable(),
  /** The file with the saved versions. */
  file: z.string(),
  /** How many jobs were requeued for the new primary's server; `null` when that failed. */
  requeuedJobs: z.number().nullable(),
  /** How many bulk exports were restarted. */
  restartedJobs: z.number().nullable(),
  /** Whether the new primary was still read-only after its promotion. */
  fenced: z.boolean(),
  /** The system's answer to a switchover request. */
  said: z.string(),
  /** PostgreSQL's timeline of the new primary. */
  timeline: z.number(),
  /** The site that answered clients once they were routed, or "nobody". */
  servedBy: z.string(),
  /** The serial of the DNS zone in which the record was switched. */
  serial: z.number(),
  /** The address that clients of each network then found; `null`: none. */
  foundInA: z.string().nullable(),
  foundInB: z.string().nullable(),
  /** The site whose database the server uses, if not its own. */
  database: z.enum(SITES),
  /** Latency in each direction. */
  latencyMs: z.number(),
  /** How many versions were replayed. */
  replayed: z.number(),
  /** How many were already there. */
  present: z.number(),
  /** Versions that were left out. */
  conflicts: z.array(z.string()),
  /** The duration of the copy alone; the step also counts the rows. */
  seconds: z.number(),
  /** How many tables were copied. */
  tables: z.number(),
  /** How many rows they then held. */
  rows: z.number(),
  /** Their size on disk, with indexes. */
  bytes: z.number(),
  why: z.string(),
});
export const StepDetailSchema = AnyStep.partial();

type AnyStep = z.infer<typeof AnyStep>;

/** `why`: the jobs could not be requeued. */
export type JobsTaken = Partial<Pick<AnyStep, "requeuedJobs" | "restartedJobs" | "why">>;

/** The fields of each step, with alternatives where plans differ. */
export interface StepDetails {
  detected: Pick<AnyStep, "failures">;
  "called-off": Pick<AnyStep, "why">;
  decided: Pick<AnyStep, "decisionSeconds">;
  /** By the failover, which terminates transactions once fenced; by the rebuild. `why`: it could not terminate them. */
  fenced:
    | (Pick<AnyStep, "answer"> & Partial<Pick<AnyStep, "endedTransactions" | "why">>)
    | Pick<AnyStep, "endedTransactions">;
  /** `why`: there are bytes left. */
  "caught-up": Pick<AnyStep, "waitedMs" | "bytesLeft"> & Partial<Pick<AnyStep, "why">>;
  /**
   * By the failover; by the switchover; by the observer, which saw it or requested it. Jobs are included only if sites
   * are fenced and the operator handles jobs.
   */
  promoted:
    | (Pick<AnyStep, "remoteLsn" | "fenced"> & JobsTaken)
    | JobsTaken
    | Pick<AnyStep, "timeline">
    | Pick<AnyStep, "timeline" | "said">;
  /** `database`: when serving across regions. */
  latched: Pick<AnyStep, "servedBy"> & Partial<Pick<AnyStep, "database">>;
  "record-switched": Pick<AnyStep, "serial" | "foundInA" | "foundInB">;
  redirected: Pick<AnyStep, "database" | "latencyMs">;
  returned: Nothing;
  saved: Pick<AnyStep, "versions" | "transactions" | "remoteLsn" | "file">;
  replayed: Pick<AnyStep, "replayed" | "present" | "conflicts">;
  copied: Pick<AnyStep, "seconds" | "tables" | "rows" | "bytes">;
  following: Nothing;
  restarted: Nothing;
  refused: Pick<AnyStep, "why">;
  failed: Pick<AnyStep, "why">;
  done: Nothing;
}

const AnyFault = z.object({
  /** How many observations saw the fault while it lasted. */
  looks: z.number(),
  /** The longest time between two of them. */
  longestUnseenMs: z.number(),
  /** When the last of them was, by the drill's clock. */
  lastSeenMs: z.number(),
  /** When healing had been carried out, by the drill's clock; it was seen to be healed later. */
  orderedMs: z.number(),
});
/** The evidence is recorded beside these, for people only. */
export const FaultDetailSchema = AnyFault.partial().loose();

type AnyFault = z.infer<typeof AnyFault>;
/** A fault's evidence: fields of its own, and none that the judge reads. */
export type Observed = Record<string, unknown> & { [Name in keyof AnyFault]?: never };

export interface FaultDetails {
  injecting: FaultSpec;
  injected: Nothing;
  evidenced: Observed;
  "not-evidenced": Observed;
  lasted: Pick<AnyFault, "looks" | "longestUnseenMs">;
  "not-lasted": Pick<AnyFault, "lastSeenMs">;
  healed: Pick<AnyFault, "orderedMs">;
  "not-healed": Pick<AnyFault, "orderedMs">;
}

const AnyOperation = z.object({
  why: z.string(),
  /** How many of the resources from before the load B holds once it follows; `null` when they could not be counted. */
  seeded: z.number().nullable(),
});
/** The operation itself, from the scenario, is recorded beside these. */
export const PlannedOperationDetailSchema = AnyOperation.partial().loose();

type AnyOperation = z.infer<typeof AnyOperation>;

export interface PlannedOperationDetails {
  given: PlannedOperation;
  /** Resources are counted only when B began to follow. */
  done: Nothing | Pick<AnyOperation, "seeded">;
  refused: Pick<AnyOperation, "why">;
  failed: Pick<AnyOperation, "why">;
}
