/**
 * A hash table from codes of names (`names.ts`) to whole numbers. A `Map` would take two to four times as long: codes
 * are not small integers, so every lookup would unbox a number.
 */
const FIRST_BITS = 10;
/**
 * The load factor at which the table grows: a table of millions is the largest thing in the judge beside the record.
 */
const MOST = 0.75;

export class NameTable {
  /** NaN marks a free slot. A code is in the slot of its hash, or in the next free one. */
  #codes = new Float64Array(2 ** FIRST_BITS).fill(Number.NaN);
  #values = new Int32Array(2 ** FIRST_BITS);
  #bits = FIRST_BITS;
  size = 0;

  get(code: number, absent = -1): number {
    const slot = this.#slotOf(code);
    return this.#codes[slot] === code ? (this.#values[slot] as number) : absent;
  }

  set(code: number, value: number): void {
    this.replace(code, value);
  }

  /** Sets the value and returns the previous one. */
  replace(code: number, value: number, absent = -1): number {
    const slot = this.#slotOf(code);
    const before = this.#values[slot] as number;
    this.#values[slot] = value;
    if (this.#codes[slot] === code) return before;
    this.#codes[slot] = code;
    this.size += 1;
    if (this.size > MOST * this.#codes.length) this.#grow();
    return absent;
  }

  *[Symbol.iterator](): Iterator<[code: number, value: number]> {
    for (const [slot, code] of this.#codes.entries())
      if (!Number.isNaN(code)) yield [code, this.#values[slot] as number];
  }

  /** Fibonacci hashing (2^32 over the golden ratio) spreads consecutive and evenly spaced ids. */
  #slotOf(code: number): number {
    const codes = this.#codes;
    const mixed = (code | 0) ^ Math.imul((code / 2 ** 32) | 0, 0x85ebca6b);
    let slot = Math.imul(mixed, 0x9e3779b1) >>> (32 - this.#bits);
    for (;;) {
      const there = codes[slot] as number;
      if (there === code || Number.isNaN(there)) return slot;
      slot = (slot + 1) & (codes.length - 1);
    }
  }

  #grow(): void {
    const [codes, values] = [this.#codes, this.#values];
    this.#bits += 1;
    this.#codes = new Float64Array(2 ** this.#bits).fill(Number.NaN);
    this.#values = new Int32Array(2 ** this.#bits);
    for (const [old, code] of codes.entries()) {
      if (Number.isNaN(code)) continue;
      const slot = this.#slotOf(code);
      this.#codes[slot] = code;
      this.#values[slot] = values[old] as number;
    }
  }
}
