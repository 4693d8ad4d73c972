/**
 * Maps names of resources to numbers and back without loss, so that a column can hold millions of them. Server-assigned
 * numbers, ids of the plan and UUIDs are computed; any other name is kept in a table.
 */
import { splitStored } from "../columns/operation.ts";
import { type Uuid, Uuids } from "./uuids.ts";
import { registerIdPrefix, writeIdPrefix } from "./write.ts";

/**
 * The low part of a code is the id's number, the high part the kind of name: 2^44 ids of 2^8 kinds are exact in a
 * double.
 */
const SPAN = 2 ** 44;
/** Names of kinds from here on end in a UUID, names of lower kinds in a number. */
const OF_UUIDS = 2 ** 7;

/** One version of a resource. */
export interface Stored {
  /** The number of its name. */
  name: number;
  version: number;
}

export class Names {
  /** By kind: the prefix before the number or the UUID, `Type/` or `Patient/w7-`. Kind 0 is the table. */
  readonly #stems: string[] = [""];
  readonly #kinds = new Map<string, number>();
  readonly #uuids = new Uuids();
  readonly #others: string[] = [];
  readonly #otherIndex = new Map<string, number>();
  readonly #planned: [ofWrites: string, ofRegisters: string];

  constructor(seed: number) {
    this.#planned = [`Patient/${writeIdPrefix(seed)}`, `Patient/${registerIdPrefix(seed)}`];
  }

  /** The code of `Type/id`. */
  code(name: string): number {
    const [ofWrites, ofRegisters] = this.#planned;
    const stem = name.startsWith(ofWrites)
      ? ofWrites
      : name.startsWith(ofRegisters)
        ? ofRegisters
        : name.slice(0, name.indexOf("/") + 1);
    const id = name.slice(stem.length);
    const value = Number(id);
    if (value >= 0 && value < SPAN && String(value) === id && Number.isInteger(value)) {
      const kind = this.kindOf(stem);
      if (kind !== null) return this.ofNumber(kind, value);
    }
    const uuid = this.#uuids.placeOf(id);
    const kind = uuid === null ? null : this.kindOf(stem);
    return kind === null ? this.#other(name) : (kind + OF_UUIDS) * SPAN + (uuid as number);
  }

  /** The code and version of `Type/id/version`. */
  stored(stored: string): Stored {
    const { resource, version } = splitStored(stored);
    return { name: this.code(resource), version };
  }

  /** The kind of names with that prefix; `null` for an empty prefix, or when there are too many kinds. */
  kindOf(stem: string): number | null {
    const known = this.#kinds.get(stem);
    if (known !== undefined) return known;
    if (stem === "" || this.#stems.length === OF_UUIDS) return null;
    this.#kinds.set(stem, this.#stems.length);
    return this.#stems.push(stem) - 1;
  }

  /** The code of a name that ends in a number. */
  ofNumber(kind: number, value: number): number {
    return kind * SPAN + value;
  }

  /** The code of a name that ends in a UUID. */
  ofUuid(kind: number, uuid: Uuid): number {
    return (kind + OF_UUIDS) * SPAN + this.#uuids.place(uuid);
  }

  name(code: number): string {
    const kind = Math.floor(code / SPAN);
    const value = code % SPAN;
    if (kind === 0) return this.#others[value] as string;
    if (kind < OF_UUIDS) return `${this.#stems[kind]}${value}`;
    return `${this.#stems[kind - OF_UUIDS]}${this.#uuids.text(value)}`;
  }

  #other(name: string): number {
    const known = this.#otherIndex.get(name);
    if (known !== undefined) return known;
    this.#otherIndex.set(name, this.#others.length);
    return this.#others.push(name) - 1;
  }
}
