/** Everything recorded goes through here: it is stamped, written to disk and shown. */

import type { View } from "../model/console/view.ts";
import type { AuditLine } from "../model/record/audit.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { Clock } from "../model/record/clock.ts";
import type { BridgeLine, DeviceLine, HeldLine } from "../model/record/device.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import type { Run } from "../model/record/run.ts";
import type { VaultLine } from "../model/record/vault.ts";
import type { WalLine } from "../model/record/wal.ts";
import type { RunFolder } from "../store/run-folder.ts";

type Unstamped<T> = T extends { atMs: number } ? Omit<T, "atMs"> : never;

interface RecorderParts {
  folder: RunFolder;
  now: Clock;
  run: Run;
  view: View;
  abort: (reason: unknown) => void;
}

export class Recorder {
  readonly folder: RunFolder;
  readonly now: Clock;
  run: Run;
  readonly #parts: RecorderParts;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    this.folder = parts.folder;
    this.now = parts.now;
    this.run = parts.run;
    this.folder.writeRun(this.run);
  }

  /** A recorder with the same clock for the folder of another run. */
  goOnIn(folder: RunFolder, run: Run): Recorder {
    return new Recorder({ ...this.#parts, folder, run });
  }

  update(change: Partial<Run>): void {
    this.run = { ...this.run, ...change };
    this.folder.writeRun(this.run);
  }

  event = (event: Unstamped<DrillEvent> | DrillEvent): void => {
    const stamped = { atMs: this.now(), ...event } as DrillEvent;
    this.#parts.view.event(stamped);
    this.#orAbort(() => this.folder.appendEvent(stamped));
  };

  probe = (probe: ProbeLine): void => this.#orAbort(() => this.folder.appendProbe(probe));

  audit(lines: readonly AuditLine[]): void {
    this.folder.appendAudit(lines);
  }

  returned = (lines: readonly AuditLine[]): void => this.folder.appendReturned(lines);

  stranded = (bundle: object): void => this.folder.writeStranded(bundle);

  bulkExport = (lines: readonly BulkExportLine[]): void => this.#orAbort(() => this.folder.appendBulkExport(lines));

  wal = (line: WalLine): void => this.#orAbort(() => this.folder.appendWal(line));

  device = (line: DeviceLine): void => this.#orAbort(() => this.folder.appendDevice(line));

  bridges = (lines: readonly BridgeLine[]): void => this.folder.appendBridges(lines);

  held = (lines: readonly HeldLine[]): void => this.folder.appendHeld(lines);

  vault = (lines: readonly VaultLine[]): void => this.folder.appendVault(lines);

  /** Probes report from timers, where nothing catches an error. So a record that cannot be written aborts the drill. */
  #orAbort(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#parts.abort(error);
    }
  }
}
