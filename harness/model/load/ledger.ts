/**
 * The lines that a generator writes: one when a write begins, one when its last answer (or the lack of one) is known, and in between,
 * for an update, one for what it read. Facts only: `history/outcome.ts` decides later what they mean.
 *
 * This file runs in k6 and in Node: it imports nothing but types.
 */
import type { ClientRetry } from "../plan/attempts.ts";
import type { LookKind } from "./look.ts";
import type { Versions } from "./named.ts";
import type { Stage } from "./shape.ts";
import type { Tag } from "./tag.ts";
import type { WriteForm, WriteKind } from "./write.ts";

/** The status by which a service says that it has too much to do, or this client asked too often. */
export const TOO_MANY_REQUESTS = 429;

interface LineOfWrite {
  write: string;
  /** Its runner's wall clock, milliseconds since the epoch. */
  epochMs: number;
  /** The runner that wrote it. Short, for there are millions of them; older lines do not say. */
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
  /** What the server says it stored, as `Type/id/version`. */
  stored: string[];
  /** The site that answered, according to the proxy: `a`, `b`, or an address that it does not know. */
  servedBy: string;
  /** The address that answered; only where clients are in private networks, and something answered. */
  via?: string;
  /** An update that was never sent, because the read before it failed. */
  unsent?: true;
  /** How often it was sent; omitted when once. Everything else here is about the last attempt. */
  attempts?: number;
}

/**
 * What an update found when it read its register before writing: the version that it then expected, by If-Match, if it was
 * sent at all.
 */
export interface ReadLine extends LineOfWrite {
  type: "read";
  sentEpochMs: number;
  status: number;
  /** By the ETag; `null` without one. */
  version: number | null;
  /** The write whose content was returned; `null` when the content names none. */
  writer: string | null;
  servedBy: string;
}

export type LedgerLine = InvokeLine | CompleteLine | ReadLine;

/** A look at a register, beside the writes (`look.ts`): one line, when it has ended. */
export interface LookLine {
  type: "look";
  /** Counts the looks of all runners together. */
  n: number;
  by: LookKind;
  register: number;
  sentEpochMs: number;
  epochMs: number;
  /** 0 when no answer came. */
  status: number;
  /** Of the register; `null` when it was not given. */
  version: number | null;
  /** The write whose content was given; `null` when the content names none. */
  writer: string | null;
  servedBy: string;
  r?: string;
}

/** That a runner began its part of a load, or ended it by itself: its first and its last line, where there are several. */
export interface MarkLine {
  type: "begin" | "end";
  epochMs: number;
  r?: string;
}

/** The options of the load script, in the environment variable `FHIRDRILL_LOAD` as JSON. */
export interface LoadOptions {
  /** What its lines call it. Absent where all runners are told the same: each then knows its name by its part (`segments.ts`). */
  runner?: string;
  /** How many runners share the load. Each is told the whole of it, and does its own part. */
  runners: number;
  baseUrl: string;
  /** Carried by each request. */
  headers: Record<string, string>;
  seed: number;
  /** Borne by each resource that it writes. */
  tags: readonly Tag[];
  mix: Record<WriteKind, number>;
  /** What writes look like; absent where nothing is said of it. */
  form?: WriteForm;
  /** Of the resources that answers name. Updates need numbers. */
  versions: Versions;
  ratePerSecond: number;
  /** How the rate changes; absent where it does not. */
  stages?: readonly Stage[];
  /** A file of its container with the resources to be written, as JSON; absent where they are invented. */
  resources?: string;
  /** Looks beside the writes; absent where there are none. */
  reads?: { ratePerSecond: number; of: LookKind | "both" };
  /** Of the whole load. */
  durationSeconds: number;
  timeoutSeconds: number;
  retry: ClientRetry;
  /** What it asks for, below the FHIR base, until it may begin (`start-signal.ts`). */
  signal: string;
  /** How long to wait for the start signal. */
  patienceSeconds: number;
  /** For k6's summary, as a path of the container. */
  summary: string;
}
