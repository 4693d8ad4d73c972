/**
 * A fast path for ledger lines in the exact form in which k6 writes nearly all of them. Any other line is left to the
 * JSON parser and to `ledger-line.ts`, which also reports errors. Both read a plain line the same.
 */
import type { Names, Stored } from "../model/load/names.ts";
import { kindOfWrite, registerIdPrefix, WRITE_KINDS, WRITE_LIMIT, writeIdPrefix } from "../model/load/write.ts";
import { Cursor, Letters } from "./cursor.ts";
import { type Entries, isStatus, isVersion, type WritePlan } from "./ledger-line.ts";

const letters = (text: string) => new Letters(text);
const NUMBER = letters('","n":');
const KINDS = Object.fromEntries(WRITE_KINDS.map((kind) => [kind, letters(`,"kind":"${kind}","epochMs":`)]));
const SENT = letters('","sentEpochMs":');
const TIME_AFTER_SENT = letters(',"epochMs":');
const TIME = letters('","epochMs":');
const STATUS = letters(',"status":');
const VERSION = letters(',"version":');
const NO_WRITER = letters(',"writer":null');
const WRITER = letters(',"writer":"');
const READ_BY = letters(',"servedBy":"');
const STORED = letters(',"errorCode":0,"error":"","stored":["');
const SLASH = letters("/");
const NEXT_STORED = letters('","');
const STORED_BY = letters('"],"servedBy":"');
const NOT_PLAIN = -1;
const FIRST_HYPHEN_OF_UUID = 8;
const HYPHEN = "-".charCodeAt(0);

export class PlainLines {
  readonly #plan: WritePlan;
  readonly #names: Names;
  readonly #entries: Entries;
  readonly #invoke: Letters;
  readonly #read: Letters;
  readonly #complete: Letters;
  readonly #stems: { stem: Letters; kind: number }[];
  /** The end of each runner's lines. */
  readonly #ends: Letters[];
  readonly #line = new Cursor();

  constructor(plan: WritePlan, names: Names, entries: Entries) {
    this.#plan = plan;
    this.#names = names;
    this.#entries = entries;
    const ofWrites = writeIdPrefix(plan.seed);
    const begin = (type: string) => letters(`{"type":"${type}","write":"${ofWrites}`);
    this.#invoke = begin("invoke");
    this.#read = begin("read");
    this.#complete = begin("complete");
    this.#ends = plan.runners?.map((name) => letters(`,"r":${JSON.stringify(name)}}`)) ?? [letters("}")];
    // Longer prefixes first.
    const stems = [`Patient/${ofWrites}`, `Patient/${registerIdPrefix(plan.seed)}`, "Patient/", "Observation/"];
    this.#stems = stems.flatMap((stem) => {
      const kind = names.kindOf(stem);
      return kind === null ? [] : { stem: letters(stem), kind };
    });
  }

  /** Enters the line in `text` from `from` to `to` if it is plain; returns whether it was. */
  enter(text: string, from: number, to: number, place: number): boolean {
    const line = this.#line;
    line.begin(text, from, to);
    if (line.has(this.#invoke)) return this.#enterInvoke(place);
    if (line.has(this.#complete)) return this.#enterComplete(place);
    return line.has(this.#read) && this.#enterRead();
  }

  #enterInvoke(place: number): boolean {
    const line = this.#line;
    const n = line.number();
    const stated = line.after(NUMBER).number();
    const epochMs = line.after(KINDS[kindOfWrite(this.#plan.seed, n, this.#plan.mix)] as Letters).number();
    const runner = this.#runnerAtEnd();
    if (runner === NOT_PLAIN || n >= WRITE_LIMIT || stated !== n) return false;
    this.#entries.invoke(n, epochMs, runner, place);
    return true;
  }

  #enterRead(): boolean {
    const line = this.#line;
    const n = line.number();
    const sentEpochMs = line.after(SENT).number();
    const epochMs = line.after(TIME_AFTER_SENT).number();
    const status = line.after(STATUS).number();
    const version = line.after(VERSION).number();
    const writer = line.has(NO_WRITER) ? null : line.after(WRITER).word();
    line.after(READ_BY).word();
    const runner = this.#runnerAtEnd();
    if (runner === NOT_PLAIN || n >= WRITE_LIMIT || !isStatus(status) || !isVersion(version)) return false;
    this.#entries.read(n, epochMs, { sentEpochMs, status, version, writer }, runner);
    return true;
  }

  #enterComplete(place: number): boolean {
    const line = this.#line;
    const n = line.number();
    const epochMs = line.after(TIME).number();
    const status = line.after(STATUS).number();
    const stored = [this.#storedIn(line.after(STORED))];
    while (line.has(NEXT_STORED)) stored.push(this.#storedIn(line));
    const servedBy = line.after(STORED_BY).word();
    const runner = this.#runnerAtEnd();
    if (runner === NOT_PLAIN || n >= WRITE_LIMIT || !isStatus(status)) return false;
    this.#entries.complete(n, epochMs, { status, errorCode: 0, stored, servedBy }, runner, place);
    return true;
  }

  /** The index of the runner in the plan if the line ends with it and matched, otherwise `NOT_PLAIN`. */
  #runnerAtEnd(): number {
    const line = this.#line;
    const ends = this.#ends;
    for (let runner = 0; runner < ends.length; runner += 1)
      if (line.has(ends[runner] as Letters)) return line.isAtEnd() ? runner : NOT_PLAIN;
    return NOT_PLAIN;
  }

  #storedIn(line: Cursor): Stored {
    const name = this.#nameIn(line);
    const version = line.after(SLASH).number();
    if (!isVersion(version)) line.refuse();
    return { name, version };
  }

  #nameIn(line: Cursor): number {
    for (const { stem, kind } of this.#stems) {
      if (!line.has(stem)) continue;
      if (line.isAhead(FIRST_HYPHEN_OF_UUID, HYPHEN)) return this.#names.ofUuid(kind, line.uuid());
      return this.#names.ofNumber(kind, line.number());
    }
    line.refuse();
    return Number.NaN;
  }
}
