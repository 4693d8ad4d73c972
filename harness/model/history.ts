/**
 * All writes of a run as the client saw them, in the order of sending, in columns: four million of them are judged in a
 * second and fit in a few hundred megabytes. Index i is a write's place in that order; `n` is its number in the plan.
 */
import { Column } from "./column.ts";
import type { Names } from "./names.ts";
import { type Operation, type Outcome, type RegisterRead, splitStored, UNVERIFIABLE } from "./operation.ts";
import { WRITE_KINDS, writeId } from "./write.ts";

const OUTCOMES: readonly Outcome[] = ["ok", "fail", "info"];
export const OK = 0;
export const FAIL = 1;
export const INFO = 2;
const NONE = -1;

export class History implements Iterable<Operation> {
  readonly seed: number;
  readonly names: Names;
  readonly #n = new Column(Uint32Array);
  readonly #kind = new Column(Uint8Array);
  readonly #invokedMs = new Column(Float64Array);
  readonly #completedMs = new Column(Float64Array);
  readonly #outcome = new Column(Uint8Array);
  readonly #status = new Column(Uint32Array);
  readonly #line = new Column(Uint32Array);
  readonly #reason = new Column(Uint8Array);
  readonly #servedBy = new Column(Uint8Array);
  readonly #storedFrom = new Column(Uint32Array);
  readonly #storedName = new Column(Float64Array);
  readonly #storedVersion = new Column(Uint32Array);
  readonly #read = new Column(Int32Array);
  readonly #readSentMs = new Column(Float64Array);
  readonly #readDoneMs = new Column(Float64Array);
  readonly #readVersion = new Column(Uint32Array);
  readonly #readWriter = new Column(Int32Array);
  /** Reasons and sides are few words. */
  readonly #words: string[] = [];

  constructor(seed: number, names: Names) {
    this.seed = seed;
    this.names = names;
  }

  static of(seed: number, names: Names, operations: Iterable<Operation>): History {
    const history = new History(seed, names);
    for (const operation of operations) history.push(operation);
    return history;
  }

  push(op: Operation): void {
    this.#n.push(op.n);
    this.#kind.push(WRITE_KINDS.indexOf(op.kind));
    this.#invokedMs.push(op.invokedMs);
    this.#completedMs.push(op.completedMs ?? Number.NaN);
    this.#outcome.push(OUTCOMES.indexOf(op.outcome));
    this.#status.push(op.status);
    this.#line.push(op.line);
    this.#reason.push(this.#word(op.reason));
    this.#servedBy.push(this.#word(op.servedBy));
    this.#storedFrom.push(this.#storedName.length);
    for (const stored of op.stored) {
      const { resource, version } = splitStored(stored);
      this.#storedName.push(this.names.code(resource));
      this.#storedVersion.push(version);
    }
    this.#pushRead(op.read);
  }

  /** Appends write `i` of another history of the same names, as sent at `invokedMs` after that read. */
  pushFrom(other: History, i: number, invokedMs: number, read: RegisterRead | null): void {
    this.#n.push(other.n[i] as number);
    this.#kind.push(other.kind[i] as number);
    this.#invokedMs.push(invokedMs);
    this.#completedMs.push(other.completedMs[i] as number);
    this.#outcome.push(other.outcome[i] as number);
    this.#status.push(other.#status.values[i] as number);
    this.#line.push(other.#line.values[i] as number);
    this.#reason.push(this.#word(other.#words[other.#reason.values[i] as number] as string));
    this.#servedBy.push(this.#word(other.servedByAt(i)));
    this.#storedFrom.push(this.#storedName.length);
    for (let s = other.storedFrom(i); s < other.storedFrom(i + 1); s += 1) {
      this.#storedName.push(other.storedName[s] as number);
      this.#storedVersion.push(other.storedVersion[s] as number);
    }
    this.#pushRead(read);
  }

  #pushRead(read: RegisterRead | null): void {
    this.#read.push(read === null ? NONE : this.#readVersion.length);
    if (read === null) return;
    this.#readSentMs.push(read.sentMs);
    this.#readDoneMs.push(read.doneMs);
    this.#readVersion.push(read.version);
    this.#readWriter.push(read.writer ?? NONE);
  }

  get length(): number {
    return this.#n.length;
  }
  get n(): Uint32Array {
    return this.#n.values;
  }
  /** Index into `WRITE_KINDS`. */
  get kind(): Uint8Array {
    return this.#kind.values;
  }
  get invokedMs(): Float64Array {
    return this.#invokedMs.values;
  }
  /** NaN while there is no answer. */
  get completedMs(): Float64Array {
    return this.#completedMs.values;
  }
  /** `OK`, `FAIL` or `INFO`. */
  get outcome(): Uint8Array {
    return this.#outcome.values;
  }
  /** Of HTTP; 0 where no answer came. */
  get status(): Uint32Array {
    return this.#status.values;
  }
  /** What the acknowledgement of write i names: places `storedFrom(i)` to `storedFrom(i + 1)` of the next two columns. */
  storedFrom(i: number): number {
    return i < this.length ? (this.#storedFrom.values[i] as number) : this.#storedName.length;
  }
  get storedName(): Float64Array {
    return this.#storedName.values;
  }
  get storedVersion(): Uint32Array {
    return this.#storedVersion.values;
  }

  readAt(i: number): RegisterRead | null {
    const read = this.#read.values[i] as number;
    if (read === NONE) return null;
    const writer = this.#readWriter.values[read] as number;
    return {
      sentMs: this.#readSentMs.values[read] as number,
      doneMs: this.#readDoneMs.values[read] as number,
      version: this.#readVersion.values[read] as number,
      writer: writer === NONE ? null : writer,
    };
  }

  idAt(i: number): string {
    return writeId(this.seed, this.n[i] as number);
  }

  /** Its client was told "done": acknowledged, or a 2xx that does not name all that was stored. */
  wasToldDone(i: number): boolean {
    return this.outcome[i] === OK || this.isUnverifiable(i);
  }

  isUnverifiable(i: number): boolean {
    return this.#words[this.#reason.values[i] as number] === UNVERIFIABLE;
  }

  servedByAt(i: number): string {
    return this.#words[this.#servedBy.values[i] as number] as string;
  }

  at(i: number): Operation {
    const completedMs = this.completedMs[i] as number;
    const stored: string[] = [];
    for (let s = this.storedFrom(i); s < this.storedFrom(i + 1); s += 1)
      stored.push(`${this.names.name(this.storedName[s] as number)}/${this.storedVersion[s]}`);
    return {
      write: this.idAt(i),
      n: this.n[i] as number,
      kind: WRITE_KINDS[this.kind[i] as number] as Operation["kind"],
      invokedMs: this.invokedMs[i] as number,
      completedMs: Number.isNaN(completedMs) ? null : completedMs,
      outcome: OUTCOMES[this.outcome[i] as number] as Outcome,
      reason: this.#words[this.#reason.values[i] as number] as string,
      status: this.#status.values[i] as number,
      stored,
      servedBy: this.servedByAt(i),
      line: this.#line.values[i] as number,
      read: this.readAt(i),
    };
  }

  *[Symbol.iterator](): Iterator<Operation> {
    for (let i = 0; i < this.length; i += 1) yield this.at(i);
  }

  /** -1 when nothing was sent. */
  get highestN(): number {
    const { length, n } = this;
    let highest = -1;
    for (let i = 0; i < length; i += 1) highest = Math.max(highest, n[i] as number);
    return highest;
  }

  count(outcome: number): number {
    const { length, outcome: outcomes } = this;
    let found = 0;
    for (let i = 0; i < length; i += 1) if (outcomes[i] === outcome) found += 1;
    return found;
  }

  #word(text: string): number {
    const known = this.#words.indexOf(text);
    if (known >= 0) return known;
    if (this.#words.length > 255) throw new Error("too many different words in one ledger");
    return this.#words.push(text) - 1;
  }
}
