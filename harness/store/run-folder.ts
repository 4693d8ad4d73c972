/**
 * One run on disk: `results/<scenario>/<config>/<run id>/`. What is recorded is on disk before anything else happens.
 */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { RunFiles } from "../history/read-record.ts";
import type { AuditLine } from "../model/record/audit.ts";
import type { BulkExportLine } from "../model/record/bulk-export.ts";
import type { BridgeLine, DeviceLine, HeldLine } from "../model/record/device.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { ProbeLine } from "../model/record/probe.ts";
import type { Run } from "../model/record/run.ts";
import { RECORD_FILES, sealOf } from "../model/record/seal.ts";
import type { VaultLine } from "../model/record/vault.ts";
import type { WalLine } from "../model/record/wal.ts";
import type { Verdict } from "../model/verdict/verdict.ts";
import { guarded, replaceFile } from "./written.ts";

/** Small enough to stay in the processor's cache. */
const PIECE_BYTES = 2 ** 16;
/** What people look at; made from the other files, so it can be made again. */
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

  /** From here on nothing of the record may change. */
  seal(): void {
    this.#replace(SEAL, sealOf(this.readFiles()));
  }

  writeLog(name: string, text: string | Buffer): void {
    this.#guarded(() => writeFileSync(join(this.path, "logs", `${name}.log`), text));
  }

  /** A file that was never begun is empty; only `run.json` must exist. */
  readFiles(): Required<RunFiles> {
    const run = named(join(this.path, RECORD_FILES.run), (path) => readFileSync(path, "utf8"));
    const { run: _, ...others } = RECORD_FILES;
    const texts = Object.entries({ ...others, seal: SEAL }).map(([file, name]) => [file, this.#piecesOf(name)]);
    return { run, ...Object.fromEntries(texts) };
  }

  /** How much there is to read. A file that cannot be examined counts as nothing; its reader will report it. */
  get bytes(): number {
    return Object.values(RECORD_FILES).reduce((sum, name) => sum + sizeOf(join(this.path, name)), 0);
  }

  /** Read anew for each reader. Whether it can be read is found out here, not half-way through a judgement. */
  #piecesOf(name: string): Iterable<string> {
    const text = { [Symbol.iterator]: () => pieces(join(this.path, name)) };
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
      return readFileSync(join(this.path, name), "utf8");
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

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** In chunks: a file of a long run is larger than the longest possible string. */
function* pieces(path: string): Generator<string> {
  const file = named(path, () => openSync(path, "r"));
  try {
    const buffer = Buffer.alloc(PIECE_BYTES);
    /** Keeps the first bytes of a character that continues in the next chunk. */
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const read = () => named(path, () => readSync(file, buffer));
    for (let length = read(); length > 0; length = read())
      yield decoder.decode(buffer.subarray(0, length), { stream: true });
    yield decoder.decode();
  } finally {
    closeSync(file);
  }
}

/** Not every file-system error names its file. */
function named<T>(path: string, read: (path: string) => T): T {
  try {
    return read(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`${basename(path)} cannot be read: ${message}`, { cause: error }), { code });
  }
}
