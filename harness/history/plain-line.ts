/**
 * Lines of the ledger in the very form in which k6 writes nearly all of them, read as bytes, in less time than a parser of
 * JSON takes. Any other line is left to that and to `ledger-line.ts`, which says what is wrong with it, if anything is.
 * What is read here would be read the same there.
 */
import type { Names, Stored } from "../model/names.ts";
import { kindOfWrite, registerIdPrefix, WRITE_KINDS, WRITE_LIMIT, writeIdPrefix } from "../model/write.ts";
import type { Entries, WritePlan } from "./ledger-line.ts";

const encoder = new TextEncoder();
const codeOf = (letter: string) => letter.charCodeAt(0);

const [ZERO, NINE, DASH] = [codeOf("0"), codeOf("9"), codeOf("-")];
const [INVOKE, READ, COMPLETE] = [codeOf("i"), codeOf("r"), codeOf("c")];
const TYPE_AT = '{"type":"'.length;
const FIRST_DASH_OF_UUID = 8;
/** As many as a time has, and no more than `Names` keeps of an id. */
const DIGITS = 13;
/** -1 for what is no digit. */
const HEX = Int8Array.from({ length: 256 }, (_, code) => "0123456789abcdef".indexOf(String.fromCharCode(code)));

/** Letters that every line of a type has in their place, to be compared by fours. */
class Letters {
  readonly fours: Int32Array;
  readonly rest: Uint8Array;

  constructor(text: string) {
    const bytes = encoder.encode(text);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    this.fours = Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i));
    this.rest = bytes.subarray(4 * this.fours.length);
  }
}

const letters = (text: string) => new Letters(text);
const NUMBER = letters('","n":');
const KINDS = Object.fromEntries(WRITE_KINDS.map((kind) => [kind, letters(`,"kind":"${kind}","epochMs":`)]));
const INVOKE_END = letters("}");
const SENT = letters('","sentEpochMs":');
const TIME = letters('","epochMs":');
const TIME_AFTER_SENT = letters(',"epochMs":');
const STATUS = letters(',"status":');
const VERSION = letters(',"version":');
const NO_WRITER = letters(',"writer":null');
const WRITER_END = letters('"');
const STORED = letters(',"errorCode":0,"error":"","stored":["');
const HYPHEN = letters("-");
const SLASH = letters("/");
const NEXT_STORED = letters('","');
const STORED_END = letters('"]');
const BY_A = letters(',"servedBy":"a"}');
const BY_B = letters(',"servedBy":"b"}');

export class PlainLines {
  readonly #plan: WritePlan;
  readonly #names: Names;
  readonly #entries: Entries;
  readonly #prefix: string;
  readonly #invoke: Letters;
  readonly #read: Letters;
  readonly #complete: Letters;
  readonly #writer: Letters;
  readonly #stems: { stem: Letters; kind: number }[];
  readonly #line = new Cursor();

  constructor(plan: WritePlan, names: Names, entries: Entries) {
    this.#plan = plan;
    this.#names = names;
    this.#entries = entries;
    this.#prefix = writeIdPrefix(plan.seed);
    const begin = (type: string) => letters(`{"type":"${type}","write":"${this.#prefix}`);
    this.#invoke = begin("invoke");
    this.#read = begin("read");
    this.#complete = begin("complete");
    this.#writer = letters(`,"writer":"${this.#prefix}`);
    const stems = [`Patient/${this.#prefix}`, `Patient/${registerIdPrefix(plan.seed)}`, "Patient/", "Observation/"];
    this.#stems = stems.flatMap((stem) => {
      const kind = names.kindOf(stem);
      return kind === null ? [] : { stem: letters(stem), kind };
    });
  }

  /** Whether the line that stands in `text` from one place to another is plain, and was entered. */
  enter(text: string, from: number, to: number, place: number): boolean {
    const line = this.#line;
    line.begin(text, from);
    switch (line.peek(TYPE_AT)) {
      case INVOKE:
        return this.#enterInvoke(to, place);
      case READ:
        return this.#enterRead(to);
      case COMPLETE:
        return this.#enterComplete(to, place);
      default:
        return false;
    }
  }

  #enterInvoke(to: number, place: number): boolean {
    const line = this.#line;
    line.skip(this.#invoke);
    const n = line.number();
    line.skip(NUMBER);
    const said = line.number();
    line.skip(KINDS[kindOfWrite(this.#plan.seed, n, this.#plan.mix)] as Letters);
    const epochMs = line.number();
    line.skip(INVOKE_END);
    if (!line.endsAt(to) || n >= WRITE_LIMIT || said !== n) return false;
    this.#entries.invoke(n, epochMs, place);
    return true;
  }

  #enterRead(to: number): boolean {
    const line = this.#line;
    line.skip(this.#read);
    const n = line.number();
    line.skip(SENT);
    const sentEpochMs = line.number();
    line.skip(TIME_AFTER_SENT);
    const epochMs = line.number();
    line.skip(STATUS);
    const status = line.number();
    line.skip(VERSION);
    const version = line.number();
    const writer = line.has(NO_WRITER) ? null : this.#writerIn(line);
    if (!line.has(BY_A)) line.skip(BY_B);
    if (!line.endsAt(to) || n >= WRITE_LIMIT || version === 0) return false;
    this.#entries.read(n, epochMs, { sentEpochMs, status, version, writer });
    return true;
  }

  #writerIn(line: Cursor): string {
    line.skip(this.#writer);
    const writer = `${this.#prefix}${line.number()}`;
    line.skip(WRITER_END);
    return writer;
  }

  #enterComplete(to: number, place: number): boolean {
    const line = this.#line;
    line.skip(this.#complete);
    const n = line.number();
    line.skip(TIME);
    const epochMs = line.number();
    line.skip(STATUS);
    const status = line.number();
    line.skip(STORED);
    const stored = [this.#storedIn(line)];
    while (line.has(NEXT_STORED)) stored.push(this.#storedIn(line));
    line.skip(STORED_END);
    const servedBy = line.has(BY_A) ? "a" : line.has(BY_B) ? "b" : null;
    if (servedBy === null || !line.endsAt(to) || n >= WRITE_LIMIT) return false;
    this.#entries.complete(n, epochMs, { status, errorCode: 0, stored, servedBy }, place);
    return true;
  }

  #storedIn(line: Cursor): Stored {
    const name = this.#nameIn(line);
    line.skip(SLASH);
    return { name, version: line.number() };
  }

  #nameIn(line: Cursor): number {
    for (const { stem, kind } of this.#stems) {
      if (!line.has(stem)) continue;
      if (line.peek(FIRST_DASH_OF_UUID) !== DASH) return this.#names.ofNumber(kind, line.number());
      const a = line.hex(8);
      line.skip(HYPHEN);
      const b = line.hex(4);
      line.skip(HYPHEN);
      const c = line.hex(4);
      line.skip(HYPHEN);
      const d = line.hex(4);
      line.skip(HYPHEN);
      const e = line.hex(4);
      return this.#names.ofUuid(kind, a, (b << 16) | c, (d << 16) | e, line.hex(8));
    }
    line.refuse();
    return Number.NaN;
  }
}

/** Goes along a line. That something is not as asked for is remembered to the end; what is read after it means nothing. */
class Cursor {
  #text = "";
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #isAscii = false;
  #isAsAsked = true;
  #at = 0;

  /** Many lines stand in one text, which is made into bytes at the first. */
  begin(text: string, at: number): void {
    if (text !== this.#text) this.#encode(text);
    this.#at = at;
    this.#isAsAsked = this.#isAscii;
  }

  #encode(text: string): void {
    // With room behind it: letters that are asked for at its end may go beyond it.
    const room = text.length + 64;
    if (this.#bytes.length < room) {
      this.#bytes = new Uint8Array(room);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#isAscii = encoder.encodeInto(text, this.#bytes).written === text.length;
    this.#text = text;
  }

  peek(offset: number): number | undefined {
    return this.#bytes[this.#at + offset];
  }

  /** Goes past these letters if they come next. */
  has({ fours, rest }: Letters): boolean {
    const view = this.#view;
    let at = this.#at;
    for (let i = 0; i < fours.length; i += 1) {
      if (view.getInt32(at) !== fours[i]) return false;
      at += 4;
    }
    const bytes = this.#bytes;
    for (let i = 0; i < rest.length; i += 1) if (bytes[at + i] !== rest[i]) return false;
    this.#at = at + rest.length;
    return true;
  }

  skip(letters: Letters): void {
    if (!this.has(letters)) this.refuse();
  }

  /** As JSON has it, and whole. */
  number(): number {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    let value = 0;
    for (let digit = bytes[at] as number; digit >= ZERO && digit <= NINE; digit = bytes[at] as number) {
      value = value * 10 + (digit - ZERO);
      at += 1;
    }
    const digits = at - from;
    if (digits === 0 || digits > DIGITS || (digits > 1 && bytes[from] === ZERO)) this.refuse();
    this.#at = at;
    return value;
  }

  /** So many digits, at most eight: a whole number of 32 bits. */
  hex(digits: number): number {
    const bytes = this.#bytes;
    const to = this.#at + digits;
    let value = 0;
    for (let at = this.#at; at < to; at += 1) {
      const digit = HEX[bytes[at] as number] as number;
      if (digit < 0) this.refuse();
      value = (value << 4) | digit;
    }
    this.#at = to;
    return value;
  }

  refuse(): void {
    this.#isAsAsked = false;
  }

  endsAt(place: number): boolean {
    return this.#isAsAsked && this.#at === place;
  }
}
