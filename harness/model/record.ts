/** Everything a judge may look at: one run as it was recorded, and nothing else. */
import type { Contents } from "./contents.ts";
import type { DrillEvent } from "./event.ts";
import type { History } from "./history.ts";
import type { ProbeLine } from "./probe.ts";
import type { Run } from "./run.ts";
import type { Side } from "./side.ts";
import type { SavedVersion } from "./stranded.ts";

/** How well a file of lines could be read; nothing that was left out goes uncounted. */
export interface Legibility {
  lines: number;
  /** The last line was cut off in the middle (its writer was killed). */
  torn: boolean;
  /** Lines that are not of any known form, or stand where none like them can, as `line: why`, the first few. */
  unreadable: string[];
  unreadableCount: number;
}

export interface LedgerNotes extends Legibility {
  /** Answers and reads of writes that were never invoked, and second lines of one kind of one write. */
  orphans: number;
  repeats: number;
  /** Lines stamped earlier than the one before them: senders that overtook each other, or a clock that was set back. */
  outOfOrder: number;
  /** Answers stamped before their write was sent: then the clock was set back, and no time of the run can be trusted. */
  backwards: number;
}

export interface RunRecord {
  run: Run;
  history: History;
  events: DrillEvent[];
  probes: ProbeLine[];
  audit: Record<Side, Contents>;
  /** What a lost side held each time it came back, before anything there was overwritten. */
  returned: Contents[];
  /** What the operator saved of it; `null` when that cannot be read. */
  saved: SavedVersion[] | null;
  ledger: LedgerNotes;
  /** What was changed after the drill, a sentence each; `null` when the record has no seal to tell. */
  brokenSeals: string[] | null;
  /** The other files of lines, by name. */
  legibility: Record<"events" | "probes" | "audit" | "returned", Legibility>;
}
