/**
 * Maps UUIDs, the ids that servers assign, to places in a list and back. Four whole numbers each take a sixth of the
 * memory of a string and its `Map` entry.
 */
/** Four whole numbers of 32 bits. */
export type Uuid = Int32Array;

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const WORDS = 4;
const FREE = -1;
const FIRST_BITS = 10;
/** The load factor at which the table grows fourfold; each growth rehashes everything. */
const MOST = 0.75;

export class Uuids {
  length = 0;
  /** Four words of 32 bits per UUID. */
  #words = new Int32Array(WORDS * 2 ** FIRST_BITS);
  #bits = FIRST_BITS;
  /**
   * The slot of a UUID's hash, or the next free one, holds its place and, in the bits above, more of the hash as a
   * mark. The words, which are elsewhere in memory, are read only if the mark matches.
   */
  #slots = new Int32Array(2 ** FIRST_BITS).fill(FREE);

  /** `null` for anything but a UUID in lower case. */
  placeOf(text: string): number | null {
    if (!FORM.test(text)) return null;
    const digits = text.replaceAll("-", "");
    const word = (k: number) => Number.parseInt(digits.slice(8 * k, 8 * (k + 1)), 16) | 0;
    return this.place(Int32Array.of(word(0), word(1), word(2), word(3)));
  }

  place(uuid: Uuid): number {
    const [a, b, c, d] = [uuid[0] as number, uuid[1] as number, uuid[2] as number, uuid[3] as number];
    const words = this.#words;
    const slots = this.#slots;
    const most = slots.length - 1;
    const hash = hashOf(a, b, c, d);
    const mark = this.#markOf(hash);
    let slot = hash >>> (32 - this.#bits);
    for (let there = slots[slot] as number; there !== FREE; there = slots[slot] as number) {
      const at = WORDS * (there & most);
      const isAlike = (there ^ mark) <= most;
      if (isAlike && words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d)
        return there & most;
      slot = (slot + 1) & most;
    }
    const place = this.length;
    slots[slot] = mark | place;
    words[WORDS * place] = a;
    words[WORDS * place + 1] = b;
    words[WORDS * place + 2] = c;
    words[WORDS * place + 3] = d;
    this.length += 1;
    if (this.length >= MOST * slots.length) this.#grow();
    return place;
  }

  text(place: number): string {
    const words = this.#words.subarray(WORDS * place, WORDS * (place + 1));
    const digits = Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  #markOf(hash: number): number {
    return (hash << this.#bits) & 0x7fffffff;
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 4);
    words.set(this.#words);
    this.#words = words;
    this.#bits += 2;
    const slots = new Int32Array(2 ** this.#bits).fill(FREE);
    this.#slots = slots;
    const word = (at: number) => words[at] as number;
    for (let place = 0, at = 0; place < this.length; place += 1, at += WORDS) {
      const hash = hashOf(word(at), word(at + 1), word(at + 2), word(at + 3));
      let slot = hash >>> (32 - this.#bits);
      while (slots[slot] !== FREE) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = this.#markOf(hash) | place;
    }
  }
}

function hashOf(a: number, b: number, c: number, d: number): number {
  const mixed = Math.imul(Math.imul(Math.imul(a, 0x85ebca6b) ^ b, 0x85ebca6b) ^ c, 0x85ebca6b) ^ d;
  return Math.imul(mixed ^ (mixed >>> 15), 0x9e3779b1);
}
