/**
 * The lines k6 writes: one when a write is sent, one when its answer (or the lack of one) is known. Facts only; what
 * they mean is decided later, by `history/outcome.ts`.
 *
 * This file runs in k6 and in Node: it imports nothing but types.
 */
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
}

export type LedgerLine = InvokeLine | CompleteLine;

/** What the harness tells the load script, in the environment variable `FHIRDRILL_LOAD` as JSON. */
export interface LoadOrder {
  baseUrl: string;
  seed: number;
  mix: Record<WriteKind, number>;
  ratePerSecond: number;
  durationSeconds: number;
  timeoutSeconds: number;
  /** A folder of the container that is the run's folder. */
  folder: string;
}
