/**
 * The lines that a generator writes: one when a write begins, one when its last answer (or the lack of one) is known,
 * and in between, for an update, one for what it read. Facts only: `record/outcome.ts` decides later what they mean.
 *
 * This file runs in k6 and in Node: it imports nothing but types.
 */
import type { ClientRetry } from "../plan/attempts.ts";
import type { LookKind } from "./look.ts";
import type { Versions } from "./named.ts";
import type { Stage } from "./shape.ts";
import type { Tag } from "./tag.ts";
import type { WriteForm, WriteKind } from "./write.ts";

/** The status of a service that throttles: it is overloaded, or this client sends too many requests. */
export const TOO_MANY_REQUESTS = 429;

interface LineOfWrite {
  write: string;
  /** Its runner's wall clock, milliseconds since the epoch. */
  epochMs: number;
  /** The runner that wrote it. A short key, because there are millions of lines; absent in older ones. */
  r?: string;
}

export interface InvokeLine extends LineOfWrite {
  type: "invoke";
  n: number;
  kind: WriteKind;
}

export interface CompleteLine extends LineOfWrite {
  type: "complete";
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** k6's own error code (1000–1699), 0 for none. */
  errorCode: number;
  error: string;
  /** What the answer names as stored, as `Type/id/version`. */
  stored: string[];
  /** The site that answered, according to the proxy: `a`, `b`, or the address of an unknown one. */
  servedBy: string;
  /** The address that answered; only if clients are in private networks and something answered. */
  via?: string;
  /** An update that was never sent, because the read before it failed. */
  unsent?: true;
  /** How often it was sent; omitted when once. All other fields are about the last attempt. */
  attempts?: number;
}

/**
 * What an update found when it read its register before writing: the version that it then required (If-Match), if it
 * was sent at all.
 */
export interface ReadLine extends LineOfWrite {
  type: "read";
  sentEpochMs: number;
  status: number;
  /** From the ETag; `null` without one. */
  version: number | null;
  /** The write whose content was returned; `null` when the content names none. */
  writer: string | null;
  servedBy: string;
}

export type LedgerLine = InvokeLine | CompleteLine | ReadLine;

/** A read of a register beside the writes (`look.ts`): one line, when it has ended. */
export interface LookLine {
  type: "look";
  /** Counts these reads of all runners together. */
  n: number;
  by: LookKind;
  register: number;
  sentEpochMs: number;
  epochMs: number;
  /** 0 when no answer came. */
  status: number;
  /** The register's version; `null` when it was not given. */
  version: number | null;
  /** The write whose content was given; `null` when the content names none. */
  writer: string | null;
  servedBy: string;
  r?: string;
}

/** A runner's first or last line, with several runners: it began its segment of the load, or ended it by itself. */
export interface MarkLine {
  type: "begin" | "end";
  epochMs: number;
  r?: string;
}

/** The options of the load script, in the environment variable `FHIRDRILL_LOAD` as JSON. */
export interface LoadOptions {
  /**
   * The runner's name in its lines. Absent if all runners get the same options: its segment gives the name
   * (`segments.ts`).
   */
  runner?: string;
  /** How many runners share the load. These options describe the whole load; each runner runs its own segment. */
  runners: number;
  baseUrl: string;
  /** Sent with each request. */
  headers: Record<string, string>;
  seed: number;
  /** Added to each resource that it writes. */
  tags: readonly Tag[];
  mix: Record<WriteKind, number>;
  /** The form of the writes; absent for the default. */
  form?: WriteForm;
  /** How versions are named in answers. Updates need numbers. */
  versions: Versions;
  ratePerSecond: number;
  /** How the rate changes; absent if it does not. */
  stages?: readonly Stage[];
  /** A file in its container with the resources to write, as JSON; absent if they are invented. */
  resources?: string;
  /** Reads beside the writes; absent if there are none. */
  reads?: { ratePerSecond: number; of: LookKind | "both" };
  /** The duration of the whole load. */
  durationSeconds: number;
  timeoutSeconds: number;
  retry: ClientRetry;
  /** The path below the FHIR base that it polls until it may begin (`start-signal.ts`). */
  signal: string;
  /** How long to wait for the start signal. */
  patienceSeconds: number;
  /** The path in the container for k6's summary. */
  summary: string;
}
