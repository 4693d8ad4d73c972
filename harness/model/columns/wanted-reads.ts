/**
 * What the audit reads through the FHIR API: each resource that an acknowledgement named, and each that existed before
 * the load. The seed decides the order, so what is unread when the time is up is a random sample. The judge computes
 * the same order and notices a skipped read.
 */
import { beforeLoad, type Prepared } from "../load/before-load.ts";
import { NameTable } from "../load/name-table.ts";
import { chance, FIRST_VERSION } from "../load/write.ts";
import type { History } from "./history.ts";

/** Enough for a long drill's ten thousand resources on a slow server with some hundred reads a second. */
export const READS_WITHIN_MS = 120_000;

export interface WantedRead {
  /** The write whose acknowledgement named the newest version; for a resource from before the load, its own id. */
  write: string;
  /** `Type/id`, by its code. */
  name: number;
  /** The newest acknowledged version; the first version for a resource from before the load. */
  version: number;
}

/** Marks a resource that only existed before the load. */
export const BEFORE = -2;

interface NamesToRead {
  /** In the order of their writes, then what existed before the load. */
  order: number[];
  /** By name: the place in the history of the write whose acknowledgement named the newest version, or `BEFORE`. */
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

/** The sort key of a name, by its place among the names to read. Names are read by rising key, then by place. */
export function drawOf(seed: number, place: number): number {
  return chance(seed + 1, place);
}

/** All reads, in their order. */
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
