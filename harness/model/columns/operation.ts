/** One write as the client saw it, on the drill's clock. */
import type { WriteKind } from "../load/write.ts";

/** ok: acknowledged. fail: certainly did not happen. info: unknown, it may have happened. */
export type Outcome = "ok" | "fail" | "info";

/** The reason of a 2xx that does not name all that was stored: the client cannot look it up. */
export const UNVERIFIABLE = "acknowledged-without-version";

export interface Operation {
  write: string;
  n: number;
  kind: WriteKind;
  invokedMs: number;
  /** `null` when no answer was recorded: as far as known, the write is still pending. */
  completedMs: number | null;
  outcome: Outcome;
  /** Why it has that outcome: the row of the table in `record/outcome.ts`. */
  reason: string;
  status: number;
  /** `Type/id/version`, as acknowledged. */
  stored: string[];
  servedBy: string;
  /** Who sent it and wrote its lines. */
  runner: string;
  /** The address that answered, if clients are in private networks. */
  via?: string;
  /** The ledger line of its answer, or of its sending without one, from 1. */
  line: number;
  /** An update's read of its register before it wrote; `null` for other kinds, and when it found no version. */
  read: RegisterRead | null;
}

export interface RegisterRead {
  sentMs: number;
  doneMs: number;
  /** The version found, which the update then required. */
  version: number;
  /** Number of the write whose content was found; `null` when it was none of this run's. */
  writer: number | null;
}

/** `Patient/x/2` → the resource and its version. */
export function splitStored(stored: string): { resource: string; version: number } {
  const cut = stored.lastIndexOf("/");
  return { resource: stored.slice(0, cut), version: Number(stored.slice(cut + 1)) };
}
