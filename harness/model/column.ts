/**
 * A column of numbers that grows as it is filled: what millions of lines become, a few bytes each. Of four kinds and no
 * more: the engine has no fast way to write to a fifth, and filling would take eight times as long.
 */
type Numbers = Float64Array | Uint32Array | Int32Array | Uint8Array;
type NumbersType<T extends Numbers> = new (length: number) => T;

const FIRST_SIZE = 1024;

export class Column<T extends Numbers> {
  readonly #type: NumbersType<T>;
  /** Longer than what was filled; `length` says how much of it counts. */
  values: T;
  length = 0;

  constructor(type: NumbersType<T>) {
    this.#type = type;
    this.values = new type(FIRST_SIZE);
  }

  push(value: number): void {
    this.set(this.length, value);
  }

  /** Grows as far as `index`; what was skipped holds `filler`. */
  set(index: number, value: number, filler = 0): void {
    if (index >= this.values.length) {
      const grown = new this.#type(Math.max(index + 1, this.values.length * 2));
      grown.set(this.values);
      this.values = grown;
    }
    if (index > this.length) this.values.fill(filler, this.length, index);
    this.values[index] = value;
    this.length = Math.max(this.length, index + 1);
  }
}
