/**
 * What the audit reads through the FHIR API: each resource that an acknowledgement named, and each that existed before the
 * load. The seed decides the order, so what is left unread when the time is up is a random rest. The judge works out the same
 * order again and notices a read that was skipped.
 */
import { beforeLoad, type Prepared } from "../load/before-load.ts";
import { NameTable } from "../load/name-table.ts";
import { chance, FIRST_VERSION } from "../load/write.ts";
import type { History } from "./history.ts";

/** A long drill has ten thousand resources, a slow server answers some hundred reads a second: time for all of them. */
export const READS_WITHIN_MS = 120_000;

export interface WantedRead {
  /** The write whose acknowledgement named the newest version; for a resource from before the load, its own id. */
  write: string;
  /** `Type/id`, by its code. */
  name: number;
  /** The newest that was acknowledged; what existed before the load is in its first version. */
  version: number;
}

/** By name, the place in the history of the write whose acknowledgement named the newest version; else `BEFORE`. */
export const BEFORE = -2;

interface NamesToRead {
  /** In the order of their writes, and then what existed before the load. */
  order: number[];
  told: NameTable;
}

export function namesToRead(history: History, prepared: Prepared): NamesToRead {
  const { seed, names, storedName, storedVersion } = history;
  const order: number[] = [];
  const told = new NameTable();
  for (let i = 0; i < history.length; i += 1) {
    if (!history.wasToldDone(i)) continue;
    for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
      const [name, version] = [storedName[s] as number, storedVersion[s] as number];
      const before = told.get(name);
      if (before >= 0 && versionTold(history, before, name) >= version) continue;
      if (before < 0) order.push(name);
      told.set(name, i);
    }
  }
  const { registers, seeded } = beforeLoad(seed, prepared);
  for (const { path } of [...registers, ...seeded]) {
    const name = names.code(path);
    if (told.get(name) >= 0) continue;
    order.push(name);
    told.set(name, BEFORE);
  }
  return { order, told };
}

/** The newest version of a resource that the acknowledgement of write i names. */
function versionTold(history: History, i: number, name: number): number {
  let newest = 0;
  for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1)
    if (history.storedName[s] === name) newest = Math.max(newest, history.storedVersion[s] as number);
  return newest;
}

/** By its place among the names to read, when a name is read: those with a lower draw before it, and of two equal ones the first. */
export function drawOf(seed: number, place: number): number {
  return chance(seed + 1, place);
}

/** All of them, in the order in which they are read. */
export function wantedReads(history: History, prepared: Prepared): WantedRead[] {
  const { order, told } = namesToRead(history, prepared);
  const writeOf = (name: number) => {
    const i = told.get(name);
    const resource = history.names.name(name);
    return i === BEFORE ? resource.slice(resource.indexOf("/") + 1) : history.idAt(i);
  };
  const versionOf = (name: number) => {
    const i = told.get(name);
    return i === BEFORE ? FIRST_VERSION : versionTold(history, i, name);
  };
  return order
    .map((name, place) => ({ name, place, draw: drawOf(history.seed, place) }))
    .sort((x, y) => x.draw - y.draw || x.place - y.place)
    .map(({ name }) => ({ write: writeOf(name), name, version: versionOf(name) }));
}
