/** Goes along a line as bytes: letter by letter of a text, the engine takes half as long again. */
import type { Uuid } from "../model/load/uuids.ts";

const encoder = new TextEncoder();
const codeOf = (letter: string) => letter.charCodeAt(0);

const [ZERO, NINE, SPACE, QUOTE, BACKSLASH] = [codeOf("0"), codeOf("9"), codeOf(" "), codeOf('"'), codeOf("\\")];
/** As many as a time has, and no more than `Names` keeps of an id. */
const DIGITS = 13;
/** -1 for what is no digit. */
const HEX = Int8Array.from({ length: 256 }, (_, code) => "0123456789abcdef".indexOf(String.fromCharCode(code)));
/** More than any letters that are asked for. */
const ROOM = 1024;

/** Letters that lines have in their place, to be compared by fours. */
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

/** That something is not as asked for is remembered to the end of the line; what is read after it means nothing. */
export class Cursor {
  #text = "";
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #isAscii = false;
  #isAsAsked = true;
  #at = 0;
  #end = 0;
  readonly #uuid: Uuid = new Int32Array(4);

  /** At a line that stands in `text` from one place to another. */
  begin(text: string, from: number, to: number): void {
    // Many lines stand in one text.
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
    // Nothing that is asked for has this byte in it: what is left of longer texts is never reached.
    this.#bytes[text.length] = 0;
    this.#text = text;
  }

  /** Whether this letter stands so far ahead. */
  isAhead(offset: number, letter: number): boolean {
    return this.#bytes[this.#at + offset] === letter;
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

  after(letters: Letters): this {
    if (!this.has(letters)) this.refuse();
    return this;
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

  /** Up to its quote and past it, with nothing in it that JSON writes in another way. */
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

  /** Always in the same array: there are too many for each to have its own. */
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

  /** Whether nothing is left of the line, and it was as asked for. */
  isAtEnd(): boolean {
    return this.#at === this.#end && this.#isAsAsked;
  }
}
