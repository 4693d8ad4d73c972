/** Everything that the judge may use: one recorded run. */
import type { Contents } from "../columns/contents.ts";
import type { History } from "../columns/history.ts";
import type { LookKind } from "../load/look.ts";
import type { SiteName } from "../plan/site.ts";
import type { BulkExportLine } from "./bulk-export.ts";
import type { BridgeLine, DeviceLine, HeldLine } from "./device.ts";
import type { DrillEvent } from "./event.ts";
import type { ProbeLine } from "./probe.ts";
import type { Run } from "./run.ts";
import type { SavedVersion } from "./stranded.ts";
import type { VaultLine } from "./vault.ts";
import type { WalLine } from "./wal.ts";

/** How well a file of lines could be read. Everything left out is counted. */
export interface Legibility {
  lines: number;
  /** The last line was cut off in the middle (its writer was killed). */
  torn: boolean;
  /** The first few lines of unknown form or in an impossible place, as `line: why`. */
  unreadable: string[];
  unreadableCount: number;
}

export interface LedgerNotes extends Legibility {
  /**
   * `orphans`: answers and reads of writes that were never invoked. `repeats`: second lines of the same kind of a
   * write.
   */
  orphans: number;
  repeats: number;
  /** Lines by another runner than their write's first line. */
  byAnother: number;
  /** Lines with an earlier time than the line before: senders overtook each other, or a clock was set back. */
  outOfOrder: number;
  /** Answers timed before their write was sent: the clock was set back, and no time of the run can be trusted. */
  backwards: number;
  /** Each runner's ledger, if there are several runners. */
  ofRunners: readonly RunnerLedger[];
}

/** What a runner's own ledger says besides its writes. */
export interface RunnerLedger {
  runner: string;
  /** When it began, and when it ended by itself, by the drill's clock; `null` if it has no such line. */
  beganMs: number | null;
  endedMs: number | null;
  /** The last line was cut off in the middle. */
  torn: boolean;
}

/** A read of a register beside the writes, by the drill's clock. */
export interface RegisterLook {
  n: number;
  by: LookKind;
  register: number;
  sentMs: number;
  doneMs: number;
  status: number;
  /** `null` when the register was not given. */
  version: number | null;
  /** The number of the write whose content was given. */
  writer: number | null;
  servedBy: string;
  runner: string;
}

export interface RunRecord {
  run: Run;
  history: History;
  /** Reads beside the writes, in the order of sending; empty if the load has none. */
  looks: readonly RegisterLook[];
  events: DrillEvent[];
  probes: ProbeLine[];
  audit: Record<SiteName, Contents>;
  /** What a lost site held each time it came back, before anything there was overwritten. */
  returned: Contents[];
  /** What the operator saved of that; `null` when it cannot be read. */
  saved: SavedVersion[] | null;
  /** The writes found in a lost site's write-ahead log (WAL), each time it was read; none in older records. */
  wal: WalLine[];
  /** None without a bulk export, and in older records. */
  bulkExport: BulkExportLine[];
  /** The ledgers of devices, of bridges, and of what the serving site holds; empty without devices. */
  devices: { sent: DeviceLine[]; bridged: BridgeLine[]; held: HeldLine[] };
  /** What the vault's clients got, and what a thief of data directories found; empty without a vault. */
  vault: VaultLine[];
  ledger: LedgerNotes;
  /** What was changed after the drill, one sentence each; `null` when the record has no seal. */
  brokenSeals: string[] | null;
  /** The other files of lines, by name. */
  legibility: Record<
    "events" | "probes" | "audit" | "returned" | "wal" | "bulkExport" | "devices" | "bridges" | "held" | "vault",
    Legibility
  >;
}
