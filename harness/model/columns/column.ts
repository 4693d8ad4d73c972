/**
 * A column of numbers that grows as it is filled: what millions of lines become, a few bytes each. Of four kinds and no
 * more: the engine has no fast way to write to a fifth, and filling would take eight times as long.
 */
type Numbers = Float64Array | Uint32Array | Int32Array | Uint8Array;
type NumbersType<T extends Numbers> = new (length: number) => T;

const FIRST_SIZE = 1024;

export class Column<T extends Numbers> {
  /** Longer than what was filled; `length` says how much of it counts. */
  values: T;
  length = 0;

  constructor(type: NumbersType<T>, size = FIRST_SIZE) {
    this.values = new type(size);
  }

  push(value: number): void {
    if (this.length === this.values.length) this.values = longer(this.values);
    this.values[this.length] = value;
    this.length += 1;
  }

  /** Grows as far as `index`; what was skipped holds `filler`. */
  set(index: number, value: number, filler = 0): void {
    if (index >= this.values.length) this.values = grown(this.values, Math.max(index + 1, this.values.length * 2));
    if (index > this.length) this.values.fill(filler, this.length, index);
    this.values[index] = value;
    if (index >= this.length) this.length = index + 1;
  }
}

export function longer<T extends Numbers>(values: T): T {
  return grown(values, Math.max(FIRST_SIZE, values.length * 2));
}

/** What stands at these places, in that order. */
export function pickedFrom<T extends Numbers>(values: T, places: Uint32Array): T {
  const picked = new (values.constructor as NumbersType<T>)(places.length);
  for (let i = 0; i < places.length; i += 1) picked[i] = values[places[i] as number] as number;
  return picked;
}

function grown<T extends Numbers>(values: T, length: number): T {
  const copy = new (values.constructor as NumbersType<T>)(length);
  copy.set(values);
  return copy;
}
