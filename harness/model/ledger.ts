/**
 * The lines k6 writes: one when a write is begun, one when its last answer (or the lack of one) is known, and in between,
 * for an update, one for what it read. Facts only; what they mean is decided later, by `history/outcome.ts`.
 *
 * This file runs in k6 and in Node: it imports nothing but types.
 */
import type { ClientRetry } from "./attempts.ts";
import type { WriteKind } from "./write.ts";

export interface InvokeLine {
  type: "invoke";
  write: string;
  n: number;
  kind: WriteKind;
  /** k6's wall clock, milliseconds since the epoch. */
  epochMs: number;
}

export interface CompleteLine {
  type: "complete";
  write: string;
  epochMs: number;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** k6's own error code (1000–1699), 0 for none. */
  errorCode: number;
  error: string;
  /** What the server says it stored, as `Type/id/version`. */
  stored: string[];
  /** The side that answered, by the proxy's word: `a`, `b`, or an address it does not know. */
  servedBy: string;
  /** An update whose read before it failed, so that it was never sent. */
  unsent?: true;
  /** How often it was sent; left out when once. All else here is what the last attempt was told. */
  attempts?: number;
}

/**
 * What an update found when it read its register before writing: the version that it then demanded to find, by
 * If-Match, if it was sent at all.
 */
export interface ReadLine {
  type: "read";
  write: string;
  sentEpochMs: number;
  epochMs: number;
  status: number;
  /** By the ETag; `null` without one. */
  version: number | null;
  /** The write whose content was returned; `null` when the content names none. */
  writer: string | null;
  servedBy: string;
}

export type LedgerLine = InvokeLine | CompleteLine | ReadLine;

/** What the harness tells the load script, in the environment variable `FHIRDRILL_LOAD` as JSON. */
export interface LoadOrder {
  baseUrl: string;
  seed: number;
  mix: Record<WriteKind, number>;
  ratePerSecond: number;
  /** All of the load. */
  durationSeconds: number;
  timeoutSeconds: number;
  retry: ClientRetry;
  /** For the signal to begin. */
  patienceSeconds: number;
  /** A folder of the container that is the run's folder. */
  folder: string;
}
