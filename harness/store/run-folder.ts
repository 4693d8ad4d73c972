/**
 * One run on disk: `results/<scenario>/<config>/<run id>/`. Everything recorded is on disk before anything else
 * happens.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ledgerFile, OTHER_RUNNERS } from "../model/load/runners.ts";
import type { AuditLine } from "../model/record/audit.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { BridgeLine, DeviceLine, HeldLine } from "../model/record/device.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import type { Run } from "../model/record/run.ts";
import { type OtherLedgers, RECORD_FILES, sealOf } from "../model/record/seal.ts";
import type { VaultLine } from "../model/record/vault.ts";
import type { WalLine } from "../model/record/wal.ts";
import type { Verdict } from "../model/verdict/verdict.ts";
import type { Text } from "../record/lines.ts";
import type { RunFiles } from "../record/read-record.ts";
import { named, onDisk, pack, piecesOf, sizeOf } from "./packed-file.ts";
import { guarded, replaceFile } from "./written.ts";

/** A smaller record stays plain text, which any tool reads, and so do smaller files of a large record. */
const PACKED_FROM_BYTES = { record: 64e6, file: 1e6 };
/** The page for people; generated from the other files, so it can be regenerated. */
export const PAGE = "report.html";
const SEAL = "seal.json";

export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  create(): void {
    this.#guarded(() => mkdirSync(join(this.path, "logs"), { recursive: true }));
  }

  writeRun(run: Run): void {
    this.#replace(RECORD_FILES.run, run);
  }

  writeVerdict(verdict: Verdict): void {
    this.#replace("verdict.json", verdict);
  }

  appendEvent(event: DrillEvent): void {
    this.#append(RECORD_FILES.events, [event]);
  }

  appendProbe(probe: ProbeLine): void {
    this.#append(RECORD_FILES.probes, [probe]);
  }

  appendAudit(lines: readonly AuditLine[]): void {
    this.#append(RECORD_FILES.audit, lines);
  }

  appendReturned(lines: readonly AuditLine[]): void {
    this.#append(RECORD_FILES.returned, lines);
  }

  appendWal(line: WalLine): void {
    this.#append(RECORD_FILES.wal, [line]);
  }

  appendBulkExport(lines: readonly BulkExportLine[]): void {
    this.#append(RECORD_FILES.bulkExport, lines);
  }

  appendDevice(line: DeviceLine): void {
    this.#append(RECORD_FILES.devices, [line]);
  }

  appendBridges(lines: readonly BridgeLine[]): void {
    this.#append(RECORD_FILES.bridges, lines);
  }

  appendHeld(lines: readonly HeldLine[]): void {
    this.#append(RECORD_FILES.held, lines);
  }

  appendVault(lines: readonly VaultLine[]): void {
    this.#append(RECORD_FILES.vault, lines);
  }

  writeStranded(bundle: object): void {
    this.#replace(RECORD_FILES.stranded, bundle);
  }

  /** Seals the record: from here on, nothing in it may change. */
  seal(): void {
    this.#replace(SEAL, sealOf(this.readFiles()));
  }

  /** Packs the files of lines of a large sealed record; they are read as before. Leaves any other record unchanged. */
  pack(): void {
    if (this.bytes < PACKED_FROM_BYTES.record || !existsSync(join(this.path, SEAL))) return;
    for (const name of [...Object.values(RECORD_FILES), ...OTHER_RUNNERS.map(ledgerFile)]) {
      const path = join(this.path, name);
      if (name.endsWith(".ndjson") && existsSync(path) && sizeOf(path) >= PACKED_FROM_BYTES.file)
        this.#guarded(() => pack(path));
    }
  }

  writeLog(name: string, text: string | Buffer): void {
    this.#guarded(() => writeFileSync(join(this.path, "logs", `${name}.log`), text));
  }

  /** Missing files count as empty; only `run.json` must exist. Other runners' ledgers are included if they exist. */
  readFiles(): Required<Omit<RunFiles, "otherLedgers">> & Pick<RunFiles, "otherLedgers"> {
    const run = named(join(this.path, RECORD_FILES.run), (path) => readFileSync(path, "utf8"));
    const { run: _, ...others } = RECORD_FILES;
    const texts = Object.entries({ ...others, seal: SEAL }).map(([file, name]) => [file, this.#piecesOf(name)]);
    const ofOthers = OTHER_RUNNERS.filter((runner) => existsSync(onDisk(join(this.path, ledgerFile(runner)))));
    if (ofOthers.length === 0) return { run, ...Object.fromEntries(texts) };
    const ledgers = ofOthers.map((runner) => [runner, this.#piecesOf(ledgerFile(runner))]);
    const otherLedgers: OtherLedgers<Text> = Object.fromEntries(ledgers);
    return { run, ...Object.fromEntries(texts), otherLedgers };
  }

  /** The record's size on disk. A file that cannot be examined counts as 0; reading it will report the error. */
  get bytes(): number {
    const names = [...Object.values(RECORD_FILES), ...OTHER_RUNNERS.map(ledgerFile)];
    return names.reduce((sum, name) => sum + sizeOf(join(this.path, name)), 0);
  }

  /**
   * Each iteration reads the file anew. Reads the first piece now, so that errors do not come half-way through judging.
   */
  #piecesOf(name: string): Iterable<string> {
    const text = { [Symbol.iterator]: () => textOf(join(this.path, name)) };
    try {
      for (const _ of text) break;
      return text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  readText(name: string): string | null {
    try {
      return [...textOf(join(this.path, name))].join("");
    } catch {
      return null;
    }
  }

  #append(name: string, values: readonly unknown[]): void {
    const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
    this.#guarded(() => appendFileSync(join(this.path, name), text));
  }

  #replace(name: string, value: unknown): void {
    this.#guarded(() => replaceFile(join(this.path, name), value));
  }

  #guarded(write: () => void): void {
    guarded("the record", this.path, "free some space; what was recorded so far is kept", write);
  }
}

/** In pieces, because a file of a long run is larger than the longest possible string. */
function* textOf(path: string): Generator<string> {
  /** Keeps the first bytes of a character that continues in the next piece. */
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const piece of piecesOf(path)) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
