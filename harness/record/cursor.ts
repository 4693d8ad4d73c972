/** Parses a line as bytes, because reading a string character by character takes half as long again. */
import type { Uuid } from "../model/load/uuids.ts";

const encoder = new TextEncoder();
const codeOf = (letter: string) => letter.charCodeAt(0);

const [ZERO, NINE, SPACE, QUOTE, BACKSLASH] = [codeOf("0"), codeOf("9"), codeOf(" "), codeOf('"'), codeOf("\\")];
/** Enough for a time, and no more than `Names` can hold of an id. */
const DIGITS = 13;
/** The values of hexadecimal digits; -1 for other bytes. */
const HEX = Int8Array.from({ length: 256 }, (_, code) => "0123456789abcdef".indexOf(String.fromCharCode(code)));
/** Longer than any expected text. */
const ROOM = 1024;

/** A fixed text in a line, compared four bytes at a time. */
export class Letters {
  readonly fours: Int32Array;
  readonly rest: Uint8Array;

  constructor(text: string) {
    const bytes = encoder.encode(text);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    this.fours = Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i));
    this.rest = bytes.subarray(4 * this.fours.length);
  }
}

const HYPHEN = new Letters("-");

/** A mismatch is remembered to the end of the line; what is read after it is meaningless. */
export class Cursor {
  #text = "";
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #isAscii = false;
  #isAsAsked = true;
  #at = 0;
  #end = 0;
  readonly #uuid: Uuid = new Int32Array(4);

  /** Starts a line, which is in `text` from `from` to `to`. */
  begin(text: string, from: number, to: number): void {
    // One text has many lines.
    if (text !== this.#text) this.#encode(text);
    this.#at = from;
    this.#end = to;
    this.#isAsAsked = this.#isAscii;
  }

  #encode(text: string): void {
    if (this.#bytes.length < text.length + ROOM) {
      this.#bytes = new Uint8Array(text.length + ROOM);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#isAscii = encoder.encodeInto(text, this.#bytes).written === text.length;
    // No expected text contains this byte, so remains of longer texts are never reached.
    this.#bytes[text.length] = 0;
    this.#text = text;
  }

  /** Whether this byte is at that offset ahead. */
  isAhead(offset: number, letter: number): boolean {
    return this.#bytes[this.#at + offset] === letter;
  }

  /** Skips these letters if they come next; returns whether they did. */
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

  after(letters: Letters): this {
    if (!this.has(letters)) this.refuse();
    return this;
  }

  /** A whole number in JSON's form. */
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

  /** The text up to the next quote, which is skipped. It must not contain JSON escapes. */
  word(): string {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    for (let code = bytes[at] as number; code !== QUOTE; code = bytes[at] as number) {
      if (code < SPACE || code === BACKSLASH) {
        this.refuse();
        return "";
      }
      at += 1;
    }
    this.#at = at + 1;
    return this.#text.slice(from, at);
  }

  /** Reuses one array, because there are too many UUIDs to allocate one for each. */
  uuid(): Uuid {
    const uuid = this.#uuid;
    uuid[0] = this.#hex(8);
    uuid[1] = (this.after(HYPHEN).#hex(4) << 16) | this.after(HYPHEN).#hex(4);
    uuid[2] = (this.after(HYPHEN).#hex(4) << 16) | this.after(HYPHEN).#hex(4);
    uuid[3] = this.#hex(8);
    return uuid;
  }

  #hex(digits: number): number {
    const bytes = this.#bytes;
    const from = this.#at;
    let value = 0;
    for (let i = 0; i < digits; i += 1) {
      const digit = HEX[bytes[from + i] as number] as number;
      if (digit < 0) {
        this.refuse();
        return 0;
      }
      value = (value << 4) | digit;
    }
    this.#at = from + digits;
    return value;
  }

  refuse(): void {
    this.#isAsAsked = false;
  }

  /** Whether the line is at its end and everything matched. */
  isAtEnd(): boolean {
    return this.#at === this.#end && this.#isAsAsked;
  }
}
