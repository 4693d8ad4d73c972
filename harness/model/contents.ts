/** What one side holds, as the audit recorded it, in columns: rows in the order of the audit, and found by write. */
import type { AuditLine, AuditRow, AuditSearch } from "./audit.ts";
import { Column } from "./column.ts";
import type { Names } from "./names.ts";
import type { Side } from "./side.ts";
import { FIRST_VERSION, firstVersionOf, REGISTERS, registerIdPrefix, writeIdPrefix, writeNumber } from "./write.ts";

const NONE = -1;
const UNKNOWN = 2;

export class Contents {
  readonly side: Side;
  readonly names: Names;
  readonly #seed: number;
  readonly #prefix: string;
  readonly #n = new Column(Int32Array);
  readonly #name = new Column(Float64Array);
  readonly #version = new Column(Uint32Array);
  readonly #deleted = new Column(Uint8Array);
  readonly #pid = new Column(Float64Array);
  readonly #content = new Column(Float64Array);
  readonly #refersTo = new Column(Float64Array);
  readonly #indexed = new Column(Uint8Array);
  readonly #updatedMs = new Column(Float64Array);
  /** The last row of each write, and for each row the one before it of the same write. */
  readonly #lastRow = new Column(Int32Array);
  readonly #rowBefore = new Column(Int32Array);
  /** Writes of rows that bear no number of this run, by row. */
  readonly strangers = new Map<number, string>();
  readonly #readN = new Column(Int32Array);
  readonly #readName = new Column(Float64Array);
  readonly #readStatus = new Column(Uint32Array);
  /** NaN where the answer named none. */
  readonly #readVersion = new Column(Float64Array);
  readonly searches: AuditSearch[] = [];
  unreadable: string | null = null;
  #rowsSaid: number | null = null;
  #askedSaid: number | null = null;

  constructor(side: Side, seed: number, names: Names) {
    this.side = side;
    this.names = names;
    this.#seed = seed;
    this.#prefix = writeIdPrefix(seed);
  }

  add(line: AuditLine): void {
    switch (line.type) {
      case "row":
        this.#addRow(line);
        return;
      case "read":
        this.#readN.push(this.#numberOf(line.write));
        this.#readName.push(this.names.code(line.resource));
        this.#readStatus.push(line.status);
        this.#readVersion.push(line.version ?? Number.NaN);
        return;
      case "search":
        this.searches.push(line);
        return;
      case "rows-end":
        this.#rowsSaid = line.rows;
        return;
      case "reads-end":
        this.#askedSaid = line.reads + line.searches;
        return;
      case "unreadable":
        this.unreadable = line.why;
    }
  }

  #addRow(row: AuditRow): void {
    const index = this.rows;
    const n = this.#numberOf(row.write);
    this.#n.push(n);
    this.#name.push(this.names.code(row.resource));
    this.#version.push(row.version);
    this.#deleted.push(Number(row.deleted));
    this.#pid.push(row.pid);
    this.#content.push(row.content ?? Number.NaN);
    this.#refersTo.push(row.refersTo === null ? Number.NaN : this.names.code(row.refersTo));
    this.#indexed.push(row.indexed === null ? UNKNOWN : Number(row.indexed));
    this.#updatedMs.push(row.updatedMs ?? Number.NaN);
    this.#rowBefore.push(n === NONE ? NONE : this.lastRowOf(n));
    if (n === NONE) this.strangers.set(index, row.write);
    else this.#lastRow.set(n, index, NONE);
  }

  #numberOf(write: string): number {
    return writeNumber(this.#seed, write) ?? NONE;
  }

  /** Every row that the database said it has was recorded. */
  get rowsComplete(): boolean {
    return this.unreadable === null && this.#rowsSaid === this.rows;
  }
  /** Every question to the API was recorded with its answer. */
  get asksComplete(): boolean {
    return this.#askedSaid === this.reads + this.searches.length;
  }

  get rows(): number {
    return this.#n.length;
  }
  /** Number of the write that made the row; -1 for a write that is not of this run. */
  get n(): Int32Array {
    return this.#n.values;
  }
  get name(): Float64Array {
    return this.#name.values;
  }
  get version(): Uint32Array {
    return this.#version.values;
  }
  get deleted(): Uint8Array {
    return this.#deleted.values;
  }
  get pid(): Float64Array {
    return this.#pid.values;
  }
  /** NaN when there was no body. */
  get content(): Float64Array {
    return this.#content.values;
  }
  /** NaN when it refers to nothing. */
  get refersTo(): Float64Array {
    return this.#refersTo.values;
  }
  /** By the clock of the server that made it; NaN when nobody wrote it down. */
  get updatedMs(): Float64Array {
    return this.#updatedMs.values;
  }
  isUnindexed(row: number): boolean {
    return this.#indexed.values[row] === 0;
  }
  isNewest(row: number): boolean {
    return this.#indexed.values[row] !== UNKNOWN;
  }
  /** -1 when there is none; `rowBefore` leads to the others of the same write. */
  lastRowOf(n: number): number {
    return n < this.#lastRow.length ? (this.#lastRow.values[n] as number) : NONE;
  }
  get rowBefore(): Int32Array {
    return this.#rowBefore.values;
  }
  countOf(n: number): number {
    let count = 0;
    for (let row = this.lastRowOf(n); row !== NONE; row = this.rowBefore[row] as number) count += 1;
    return count;
  }
  rowsOf(n: number): number[] {
    const rows: number[] = [];
    for (let row = this.lastRowOf(n); row !== NONE; row = this.rowBefore[row] as number) rows.unshift(row);
    return rows;
  }
  writeAt(row: number): string {
    return this.strangers.get(row) ?? `${this.#prefix}${this.n[row]}`;
  }
  /** A register as it was made before the load: by no write of the run, and expected all the same. */
  isFirstVersion(row: number): boolean {
    const made = this.strangers.get(row) ?? "";
    const register = Number(made.slice(registerIdPrefix(this.#seed).length));
    if (!(register >= 0 && register < REGISTERS) || this.version[row] !== FIRST_VERSION) return false;
    const { id, path } = firstVersionOf(this.#seed, register);
    return made === id && this.resourceAt(row) === path;
  }
  resourceAt(row: number): string {
    return this.names.name(this.name[row] as number);
  }

  get reads(): number {
    return this.#readN.length;
  }
  get readN(): Int32Array {
    return this.#readN.values;
  }
  get readName(): Float64Array {
    return this.#readName.values;
  }
  get readStatus(): Uint32Array {
    return this.#readStatus.values;
  }
  get readVersion(): Float64Array {
    return this.#readVersion.values;
  }
}
