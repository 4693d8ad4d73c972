/**
 * Names of resources as numbers, there and back without loss, so that a column can hold a million of them. Ids that a
 * server numbered and ids that the plan gave are worked out; any other name is kept in a table.
 */
import { registerIdPrefix, writeIdPrefix } from "./write.ts";

/** Below it the id's own number, above it which kind of name it is: 2^44 ids of 2^8 kinds stay whole in a double. */
const SPAN = 2 ** 44;

export class Names {
  /** `Type/` or `Patient/w7-`: what stands before the number. The first is for names that end in no number. */
  readonly #stems: string[] = [""];
  readonly #stemIndex = new Map<string, number>();
  readonly #others: string[] = [];
  readonly #otherIndex = new Map<string, number>();
  readonly #planned: [ofWrites: string, ofRegisters: string];

  constructor(seed: number) {
    this.#planned = [`Patient/${writeIdPrefix(seed)}`, `Patient/${registerIdPrefix(seed)}`];
  }

  /** The number of `Type/id`. */
  code(name: string): number {
    const [ofWrites, ofRegisters] = this.#planned;
    const stem = name.startsWith(ofWrites)
      ? ofWrites
      : name.startsWith(ofRegisters)
        ? ofRegisters
        : name.slice(0, name.indexOf("/") + 1);
    const digits = name.slice(stem.length);
    const value = Number(digits);
    if (stem === "" || !(value >= 0 && value < SPAN) || String(value) !== digits || !Number.isInteger(value))
      return indexOf(name, this.#others, this.#otherIndex);
    return indexOf(stem, this.#stems, this.#stemIndex) * SPAN + value;
  }

  name(code: number): string {
    const stem = Math.floor(code / SPAN);
    return stem === 0 ? (this.#others[code] as string) : `${this.#stems[stem]}${code % SPAN}`;
  }
}

function indexOf(text: string, list: string[], index: Map<string, number>): number {
  const known = index.get(text);
  if (known !== undefined) return known;
  index.set(text, list.length);
  return list.push(text) - 1;
}
