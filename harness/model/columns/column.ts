/**
 * A growing column of numbers, in which each of millions of lines takes a few bytes. Only four array types: with a
 * fifth, the JavaScript engine loses its fast path for writes, and filling takes eight times as long.
 */
type Numbers = Float64Array | Uint32Array | Int32Array | Uint8Array;
type NumbersType<T extends Numbers> = new (length: number) => T;

const FIRST_SIZE = 1024;

export class Column<T extends Numbers> {
  /** Longer than what was filled; only the first `length` values count. */
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

  /** Grows to include `index`; skipped places get `filler`. */
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

/** The values at these places, in that order. */
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
