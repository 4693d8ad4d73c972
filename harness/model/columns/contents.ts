/** What one site holds, as the audit recorded it, in columns: rows in the order of the audit, found by write. */
import { NameTable } from "../load/name-table.ts";
import type { Names } from "../load/names.ts";
import {
  FIRST_VERSION,
  firstVersionOf,
  REGISTERS,
  registerIdPrefix,
  seededResource,
  seedIdPrefix,
  writeIdPrefix,
  writeNumber,
} from "../load/write.ts";
import type { SiteName } from "../plan/site.ts";
import type { AuditLine, AuditRead, AuditRow, AuditSearch, ReadsEnd, RowsEnd } from "../record/audit.ts";
import { Column } from "./column.ts";

const NONE = -1;
/** Stored instead of whether the row is indexed. */
const NOT_SERVED = 2;
/** Stored instead of a content or a name when there is none; their numbers are not negative. */
export const EMPTY = -1;

interface RowsByName {
  /** The last row of each resource, and for each row the previous one of the same resource. */
  last: NameTable;
  before: Int32Array;
  currentVersion: Uint32Array;
}

export class Contents {
  readonly side: SiteName;
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
  readonly #current = new Column(Uint8Array);
  readonly #updatedMs = new Column(Float64Array);
  /** The last row of each write, and for each row the previous one of the same write. */
  readonly #lastRow = new Column(Int32Array);
  readonly #rowBefore = new Column(Int32Array);
  #byName: RowsByName | null = null;
  /** By row: the write's id, if it has no number of this run. */
  readonly strangers = new Map<number, string>();
  readonly #readN = new Column(Int32Array);
  readonly #readName = new Column(Float64Array);
  readonly #readStatus = new Column(Uint32Array);
  /** NaN if the answer named none. */
  readonly #readVersion = new Column(Float64Array);
  /** NaN if not recorded. */
  readonly #readContent = new Column(Float64Array);
  readonly #readRefersTo = new Column(Float64Array);
  /** By read: the name of another resource that was given instead. */
  readonly misnamed = new Map<number, string>();
  readonly searches: AuditSearch[] = [];
  unreadable: string | null = null;
  /** The line that ends the rows; `null` when it is missing. */
  rowsEnd: RowsEnd | null = null;
  /** The line that ends the reads and searches; `null` when it is missing. */
  readsEnd: ReadsEnd | null = null;

  constructor(side: SiteName, seed: number, names: Names) {
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
        this.#addRead(line);
        return;
      case "search":
        this.searches.push(line);
        return;
      case "rows-end":
        this.rowsEnd = line;
        return;
      case "reads-end":
        this.readsEnd = line;
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
    this.#indexed.push(row.indexed === null ? NOT_SERVED : Number(row.indexed));
    // Older harnesses queried the index for the current version only.
    this.#current.push(Number(row.current ?? row.indexed !== null));
    this.#updatedMs.push(row.updatedMs ?? Number.NaN);
    this.#rowBefore.push(n === NONE ? NONE : this.lastRowOf(n));
    if (n === NONE) this.strangers.set(index, row.write);
    else this.#lastRow.set(n, index, NONE);
  }

  #addRead(read: AuditRead): void {
    if (read.misnamed !== undefined) this.misnamed.set(this.reads, read.misnamed);
    this.#readN.push(this.#numberOf(read.write));
    this.#readName.push(this.names.code(read.resource));
    this.#readStatus.push(read.status);
    this.#readVersion.push(read.version ?? Number.NaN);
    this.#readContent.push(read.content === undefined ? Number.NaN : (read.content ?? EMPTY));
    const { refersTo } = read;
    this.#readRefersTo.push(
      refersTo === undefined ? Number.NaN : refersTo === null ? EMPTY : this.names.code(refersTo),
    );
  }

  #numberOf(write: string): number {
    return writeNumber(this.#seed, write) ?? NONE;
  }

  /** Whether every row that the database counted was recorded. */
  get rowsComplete(): boolean {
    return this.unreadable === null && this.rowsEnd?.rows === this.rows;
  }
  /** Whether every read and search was recorded. */
  get asksComplete(): boolean {
    const { reads, searches } = this.readsEnd ?? { reads: Number.NaN, searches: Number.NaN };
    return reads === this.reads && searches === this.searches.length;
  }

  get rows(): number {
    return this.#n.length;
  }
  /** The number of the write that made the row; -1 for a write of another run. */
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
  /** By the clock of the server that made it; NaN if not recorded. */
  get updatedMs(): Float64Array {
    return this.#updatedMs.values;
  }
  isUnindexed(row: number): boolean {
    return this.#indexed.values[row] === 0;
  }
  /** Whether the row is the current version of its resource, which may be deleted. */
  isCurrent(row: number): boolean {
    return this.#current.values[row] === 1;
  }
  /** -1 when there is none; `rowBefore` leads to the others of the same write. */
  lastRowOf(n: number): number {
    return n < this.#lastRow.length ? (this.#lastRow.values[n] as number) : NONE;
  }
  get rowBefore(): Int32Array {
    return this.#rowBefore.values;
  }
  rowsOf(n: number): number[] {
    const rows: number[] = [];
    for (let row = this.lastRowOf(n); row !== NONE; row = this.rowBefore[row] as number) rows.unshift(row);
    return rows;
  }
  /** The rows of a resource, last first. */
  rowsNamed(name: number): number[] {
    const { last, before } = this.rowsByName;
    const rows: number[] = [];
    for (let row = last.get(name, NONE); row !== NONE; row = before[row] as number) rows.push(row);
    return rows;
  }
  /** By row: its resource's current version that is not deleted; 0 if there is none, the older one if there are two. */
  get currentVersion(): Uint32Array {
    return this.rowsByName.currentVersion;
  }
  get rowsByName(): RowsByName {
    if (this.#byName?.before.length !== this.rows) this.#byName = this.#indexByName();
    return this.#byName as RowsByName;
  }
  #indexByName(): RowsByName {
    const [name, version, deleted] = [this.name, this.version, this.deleted];
    const last = new NameTable();
    const before = new Int32Array(this.rows);
    for (let row = 0; row < this.rows; row += 1) before[row] = last.replace(name[row] as number, row, NONE);
    const currentVersion = new Uint32Array(this.rows);
    for (const [, end] of last) {
      let current = 0;
      for (let row = end; row !== NONE; row = before[row] as number) {
        const own = version[row] as number;
        if (this.isCurrent(row) && deleted[row] === 0 && (current === 0 || own < current)) current = own;
      }
      for (let row = end; row !== NONE; row = before[row] as number) currentVersion[row] = current;
    }
    return { last, before, currentVersion };
  }
  writeAt(row: number): string {
    return this.strangers.get(row) ?? `${this.#prefix}${this.n[row]}`;
  }
  /** Whether the row is a register's first version: made before the load by no write of the run, and expected. */
  isFirstVersion(row: number): boolean {
    const made = this.strangers.get(row) ?? "";
    const register = Number(made.slice(registerIdPrefix(this.#seed).length));
    if (!(register >= 0 && register < REGISTERS) || this.version[row] !== FIRST_VERSION) return false;
    const { id, path } = firstVersionOf(this.#seed, register);
    return made === id && this.resourceAt(row) === path;
  }
  /** Whether the row is one of the `of` resources that A was filled with before the load, unchanged. */
  isSeeded(row: number, of: number): boolean {
    const prefix = seedIdPrefix(this.#seed);
    const resource = this.resourceAt(row);
    const number = Number(resource.slice(resource.indexOf("/") + 1 + prefix.length));
    if (!(number >= 0 && number < of) || this.version[row] !== FIRST_VERSION) return false;
    return this.writeAt(row).startsWith(prefix) && resource === seededResource(this.#seed, number).path;
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
  /** `EMPTY` when nothing was given. */
  get readContent(): Float64Array {
    return this.#readContent.values;
  }
  /** `EMPTY` when it refers to nothing. */
  get readRefersTo(): Float64Array {
    return this.#readRefersTo.values;
  }
}
