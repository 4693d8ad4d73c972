/**
 * The `detail` of an event: what is told beyond what happened, where and when. Every name that a program reads has its
 * meaning and its unit here, and below stands which of them each step and each state tells.
 *
 * Who tells must tell all that its step or state has: a name that is missing or misspelt does not compile. Who reads finds
 * every name optional, because older runs told less, and says what is then unknown. A value of another type was written by
 * no drill: its line is damaged, so that it is left out and the run is inconclusive.
 */
import { z } from "zod";
import type { FaultSpec } from "../plan/fault.ts";
import type { PlannedOperation } from "../plan/planned-operation.ts";
import { SITES } from "../plan/site.ts";

type Nothing = Record<string, never>;

/** Of all steps of the operator together: a name means the same in each of them. */
const AnyStep = z.object({
  /** How each probe failed for which the site was given up, in order; the observer has seen one thing only. */
  failures: z.array(z.string()),
  /** How long people took to decide. */
  decisionSeconds: z.number(),
  /** `read-only`, or `unreachable: ` and why: then there is no fence. */
  answer: z.string(),
  /** How many transactions the fence has ended; `null` when it could not end them. */
  endedTransactions: z.number().nullable(),
  /** How long the follower was given to take what it lacked. */
  waitedMs: z.number(),
  /** What the follower still lacked of the old primary; `null` when nobody could say. */
  bytesLeft: z.number().nullable(),
  /** How many versions were saved, whoever wrote them. */
  versions: z.number(),
  /** Of how many transactions they were. */
  transactions: z.number(),
  /** Up to where the other site had the lost primary's changes; `null` when it did not follow. */
  remoteLsn: z.string().nullable(),
  /** Where the versions were saved. */
  file: z.string(),
  /** How many jobs the new primary's server does again; `null` when it could not be told to. */
  requeuedJobs: z.number().nullable(),
  /** How many bulk exports it begins again. */
  restartedJobs: z.number().nullable(),
  /** Whether the new primary was still read-only after its promotion. */
  fenced: z.boolean(),
  /** What a system answered that was told to switch over. */
  said: z.string(),
  /** PostgreSQL's, of the new primary. */
  timeline: z.number(),
  /** The site that answered clients once they were routed, or "nobody". */
  servedBy: z.string(),
  /** Of the zone in which the record was changed. */
  serial: z.number(),
  /** The address that clients of each network found then; `null`: none. */
  foundInA: z.string().nullable(),
  foundInB: z.string().nullable(),
  /** The site whose database the server uses, where it is not its own. */
  database: z.enum(SITES),
  /** In each direction. */
  latencyMs: z.number(),
  /** How many versions were written again. */
  replayed: z.number(),
  /** How many were there already. */
  present: z.number(),
  /** Those that were left out. */
  conflicts: z.array(z.string()),
  /** What the copy alone took: the step counts the rows as well. */
  seconds: z.number(),
  /** How many tables were copied. */
  tables: z.number(),
  /** How many rows they held then. */
  rows: z.number(),
  /** How much they took on disk, with their indexes. */
  bytes: z.number(),
  why: z.string(),
});
export const StepDetailSchema = AnyStep.partial();

type AnyStep = z.infer<typeof AnyStep>;

/** `why` they could not be given to the new primary. */
export type JobsTaken = Partial<Pick<AnyStep, "requeuedJobs" | "restartedJobs" | "why">>;

/** What each step tells: one of several things where plans differ. A step without anything to tell may tell nothing. */
export interface StepDetails {
  detected: Pick<AnyStep, "failures">;
  "called-off": Pick<AnyStep, "why">;
  decided: Pick<AnyStep, "decisionSeconds">;
  /** By the failover, which ends transactions once it has a fence; by the rebuild. `why`: it could not end them. */
  fenced:
    | (Pick<AnyStep, "answer"> & Partial<Pick<AnyStep, "endedTransactions" | "why">>)
    | Pick<AnyStep, "endedTransactions">;
  /** `why` there are bytes left. */
  "caught-up": Pick<AnyStep, "waitedMs" | "bytesLeft"> & Partial<Pick<AnyStep, "why">>;
  /**
   * By the failover; by the switchover; by the observer, who has seen it or has told the system to. Jobs are there only
   * where sites are fenced and the operator does something about them.
   */
  promoted:
    | (Pick<AnyStep, "remoteLsn" | "fenced"> & JobsTaken)
    | JobsTaken
    | Pick<AnyStep, "timeline">
    | Pick<AnyStep, "timeline" | "said">;
  /** `database`: where regions are crossed. */
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
  /** How many looks saw the fault while it lasted. */
  looks: z.number(),
  /** The longest time between two of them. */
  longestUnseenMs: z.number(),
  /** When the last of them was, by the drill's clock. */
  lastSeenMs: z.number(),
  /** When the fault had been told to heal, by the drill's clock; that it had healed was seen later. */
  orderedMs: z.number(),
});
/** What the fault was seen to do stands beside these, for people only. */
export const FaultDetailSchema = AnyFault.partial().loose();

type AnyFault = z.infer<typeof AnyFault>;
/** What a fault was seen to do: by names of its own, and by none of those that the judge reads. */
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
  /** How many of the resources from before the load B holds once it follows; `null` when nobody could count them. */
  seeded: z.number().nullable(),
});
/** Beside these stands the operation itself, as the scenario has it. */
export const PlannedOperationDetailSchema = AnyOperation.partial().loose();

type AnyOperation = z.infer<typeof AnyOperation>;

export interface PlannedOperationDetails {
  given: PlannedOperation;
  /** Only where B began to follow is anything counted. */
  done: Nothing | Pick<AnyOperation, "seeded">;
  refused: Pick<AnyOperation, "why">;
  failed: Pick<AnyOperation, "why">;
}
