/**
 * All writes of a run as the clients saw them, in the order of sending, in columns: four million writes are judged in a
 * second and fit in a few hundred megabytes. Index i is a write's place in that order; `n` is its number in the plan.
 */
import type { Names, Stored } from "../load/names.ts";
import { WRITE_KINDS, type WriteKind, writeId } from "../load/write.ts";
import { Column, longer, pickedFrom } from "./column.ts";
import { type Operation, type Outcome, type RegisterRead, UNVERIFIABLE } from "./operation.ts";

const OUTCOMES: readonly Outcome[] = ["ok", "fail", "info"];
export const OK = 0;
export const FAIL = 1;
export const INFO = 2;
const OUTCOME_PLACES: Record<Outcome, number> = { ok: OK, fail: FAIL, info: INFO };
const KIND_PLACES = Object.fromEntries(WRITE_KINDS.map((kind, place) => [kind, place])) as Record<WriteKind, number>;
const NONE = -1;
const FIRST_SIZE = 1024;

/** An operation without its names. */
export type Nameless = Omit<Operation, "write" | "stored">;

export class History implements Iterable<Operation> {
  readonly seed: number;
  readonly names: Names;
  length = 0;
  // Arrays that grow together, so the capacity is checked once per write and not per column.
  #n = new Uint32Array(FIRST_SIZE);
  #kind = new Uint8Array(FIRST_SIZE);
  #invokedMs = new Float64Array(FIRST_SIZE);
  #completedMs = new Float64Array(FIRST_SIZE);
  #outcome = new Uint8Array(FIRST_SIZE);
  #status = new Uint32Array(FIRST_SIZE);
  #line = new Uint32Array(FIRST_SIZE);
  #reason = new Uint8Array(FIRST_SIZE);
  #servedBy = new Uint8Array(FIRST_SIZE);
  #runner = new Uint8Array(FIRST_SIZE);
  #via = new Uint8Array(FIRST_SIZE);
  #storedFrom = new Uint32Array(FIRST_SIZE);
  #read = new Int32Array(FIRST_SIZE);
  #storedName = new Column(Float64Array);
  #storedVersion = new Column(Uint32Array);
  #reads = new Reads();
  #reasons = new Words();
  #sides = new Words();
  #runners = new Words();
  #addresses = new Words();

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
    const stored = op.stored.map((name) => this.names.stored(name));
    this.pushNameless(op, stored);
  }

  /** `stored`: the names as numbers of `names`. */
  pushNameless(op: Nameless, stored: readonly Stored[]): void {
    const i = this.length;
    if (i === this.#n.length) this.#grow();
    this.#n[i] = op.n;
    this.#kind[i] = KIND_PLACES[op.kind];
    this.#invokedMs[i] = op.invokedMs;
    this.#completedMs[i] = op.completedMs ?? Number.NaN;
    this.#outcome[i] = OUTCOME_PLACES[op.outcome];
    this.#status[i] = op.status;
    this.#line[i] = op.line;
    this.#reason[i] = this.#reasons.place(op.reason);
    this.#servedBy[i] = this.#sides.place(op.servedBy);
    this.#runner[i] = this.#runners.place(op.runner);
    this.#via[i] = this.#addresses.place(op.via ?? "");
    this.#storedFrom[i] = this.#storedName.length;
    this.#read[i] = op.read === null ? NONE : this.#reads.push(op.read);
    for (const { name, version } of stored) {
      this.#storedName.push(name);
      this.#storedVersion.push(version);
    }
    this.length += 1;
  }

  #grow(): void {
    this.#n = longer(this.#n);
    this.#kind = longer(this.#kind);
    this.#invokedMs = longer(this.#invokedMs);
    this.#completedMs = longer(this.#completedMs);
    this.#outcome = longer(this.#outcome);
    this.#status = longer(this.#status);
    this.#line = longer(this.#line);
    this.#reason = longer(this.#reason);
    this.#servedBy = longer(this.#servedBy);
    this.#runner = longer(this.#runner);
    this.#via = longer(this.#via);
    this.#storedFrom = longer(this.#storedFrom);
    this.#read = longer(this.#read);
  }

  /** Adds a read whose write is not known yet. Returns its place, for `setSent`. */
  pushRead(read: RegisterRead): number {
    return this.#reads.push(read);
  }

  /** Completes write i, of which only the answer was known: when it was sent, and after which read, if any. */
  setSent(i: number, invokedMs: number, read: number | null): void {
    this.#invokedMs[i] = invokedMs;
    this.#read[i] = read ?? NONE;
  }

  /** A history of the writes at these places, in that order. It shares what is not rearranged. */
  pick(places: Uint32Array): History {
    const picked = new History(this.seed, this.names);
    picked.#n = this.#n;
    picked.#kind = this.#kind;
    picked.#invokedMs = this.#invokedMs;
    picked.#completedMs = this.#completedMs;
    picked.#outcome = this.#outcome;
    picked.#status = this.#status;
    picked.#line = this.#line;
    picked.#reason = this.#reason;
    picked.#servedBy = this.#servedBy;
    picked.#runner = this.#runner;
    picked.#via = this.#via;
    picked.#storedFrom = this.#storedFrom;
    picked.#storedName = this.#storedName;
    picked.#storedVersion = this.#storedVersion;
    picked.#read = this.#read;
    picked.#reads = this.#reads;
    picked.#reasons = this.#reasons;
    picked.#sides = this.#sides;
    picked.#runners = this.#runners;
    picked.#addresses = this.#addresses;
    picked.length = this.length;
    picked.arrange(places);
    return picked;
  }

  /**
   * Keeps the writes at these places, in that order. Works column by column and in place, because a second history
   * would be the largest thing in memory.
   */
  arrange(places: Uint32Array): void {
    const storedFrom = new Uint32Array(places.length);
    const storedName = new Column(Float64Array, this.#storedName.length);
    const storedVersion = new Column(Uint32Array, this.#storedName.length);
    for (let i = 0; i < places.length; i += 1) {
      const place = places[i] as number;
      storedFrom[i] = storedName.length;
      for (let s = this.storedFrom(place); s < this.storedFrom(place + 1); s += 1) {
        storedName.push(this.storedName[s] as number);
        storedVersion.push(this.storedVersion[s] as number);
      }
    }
    this.#storedFrom = storedFrom;
    this.#storedName = storedName;
    this.#storedVersion = storedVersion;
    this.#n = pickedFrom(this.#n, places);
    this.#kind = pickedFrom(this.#kind, places);
    this.#invokedMs = pickedFrom(this.#invokedMs, places);
    this.#completedMs = pickedFrom(this.#completedMs, places);
    this.#outcome = pickedFrom(this.#outcome, places);
    this.#status = pickedFrom(this.#status, places);
    this.#line = pickedFrom(this.#line, places);
    this.#reason = pickedFrom(this.#reason, places);
    this.#servedBy = pickedFrom(this.#servedBy, places);
    this.#runner = pickedFrom(this.#runner, places);
    this.#via = pickedFrom(this.#via, places);
    this.#read = pickedFrom(this.#read, places);
    this.length = places.length;
  }

  get n(): Uint32Array {
    return this.#n;
  }
  /** Index into `WRITE_KINDS`. */
  get kind(): Uint8Array {
    return this.#kind;
  }
  get invokedMs(): Float64Array {
    return this.#invokedMs;
  }
  /** NaN if there is no answer. */
  get completedMs(): Float64Array {
    return this.#completedMs;
  }
  /** `OK`, `FAIL` or `INFO`. */
  get outcome(): Uint8Array {
    return this.#outcome;
  }
  /** HTTP status; 0 when no answer came. */
  get status(): Uint32Array {
    return this.#status;
  }
  /**
   * What the acknowledgement of write i names: places `storedFrom(i)` to `storedFrom(i + 1)` of the next two columns.
   */
  storedFrom(i: number): number {
    return i < this.length ? (this.#storedFrom[i] as number) : this.#storedName.length;
  }
  get storedName(): Float64Array {
    return this.#storedName.values;
  }
  get storedVersion(): Uint32Array {
    return this.#storedVersion.values;
  }

  readAt(i: number): RegisterRead | null {
    const read = this.#read[i] as number;
    return read === NONE ? null : this.#reads.at(read);
  }

  idAt(i: number): string {
    return writeId(this.seed, this.n[i] as number);
  }

  /** Whether its client got a 2xx: acknowledged, or without naming all that was stored. */
  wasToldDone(i: number): boolean {
    return this.outcome[i] === OK || this.isUnverifiable(i);
  }

  isUnverifiable(i: number): boolean {
    return this.reasonAt(i) === UNVERIFIABLE;
  }

  servedByAt(i: number): string {
    return this.#sides.at(this.#servedBy[i] as number);
  }

  runnerAt(i: number): string {
    return this.#runners.at(this.#runner[i] as number);
  }

  /** The address that answered write i; empty if not recorded. */
  viaAt(i: number): string {
    return this.#addresses.at(this.#via[i] as number);
  }

  reasonAt(i: number): string {
    return this.#reasons.at(this.#reason[i] as number);
  }

  at(i: number): Operation {
    const via = this.viaAt(i);
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
      reason: this.reasonAt(i),
      status: this.#status[i] as number,
      stored,
      servedBy: this.servedByAt(i),
      runner: this.runnerAt(i),
      ...(via === "" ? {} : { via }),
      line: this.#line[i] as number,
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
}

/** A dictionary of a few distinct words. The empty one is always in it. */
class Words {
  readonly #words = [""];

  place(word: string): number {
    const known = this.#words.indexOf(word);
    if (known >= 0) return known;
    if (this.#words.length > 255) throw new Error("too many different words in one ledger");
    return this.#words.push(word) - 1;
  }

  at(place: number): string {
    return this.#words[place] as string;
  }
}

/** The reads that updates make before they write. */
class Reads {
  readonly #sentMs = new Column(Float64Array);
  readonly #doneMs = new Column(Float64Array);
  readonly #version = new Column(Uint32Array);
  readonly #writer = new Column(Int32Array);

  /** Returns its place. */
  push(read: RegisterRead): number {
    this.#sentMs.push(read.sentMs);
    this.#doneMs.push(read.doneMs);
    this.#version.push(read.version);
    this.#writer.push(read.writer ?? NONE);
    return this.#version.length - 1;
  }

  at(place: number): RegisterRead {
    const writer = this.#writer.values[place] as number;
    return {
      sentMs: this.#sentMs.values[place] as number,
      doneMs: this.#doneMs.values[place] as number,
      version: this.#version.values[place] as number,
      writer: writer === NONE ? null : writer,
    };
  }
}
