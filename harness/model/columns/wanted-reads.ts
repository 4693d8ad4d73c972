/**
 * What the audit reads through the FHIR API: each resource that an acknowledgement named, and each that existed before the
 * load. The seed decides the order, so what is left unread when the time is up is a random rest. The judge works out the same
 * order again and notices a read that was skipped.
 */
import { beforeLoad, type Prepared } from "../load/before-load.ts";
import { NameTable } from "../load/name-table.ts";
import { chance, FIRST_VERSION } from "../load/write.ts";
import type { History } from "./history.ts";

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
  /** By name, the newest version that was acknowledged; nothing of what existed before the load. */
  newest: NameTable;
}

export function namesToRead(history: History, prepared: Prepared): NamesToRead {
  const { seed, names, storedName, storedVersion } = history;
  const order: number[] = [];
  const told = new NameTable();
  const newest = new NameTable();
  for (let i = 0; i < history.length; i += 1) {
    if (!history.wasToldDone(i)) continue;
    for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
      const [name, version] = [storedName[s] as number, storedVersion[s] as number];
      const before = newest.get(name);
      if (before >= version) continue;
      if (before < 0) order.push(name);
      newest.set(name, version);
      told.set(name, i);
    }
  }
  const { registers, seeded } = beforeLoad(seed, prepared);
  for (const { path } of [...registers, ...seeded]) {
    const name = names.code(path);
    if (newest.get(name) >= 0) continue;
    order.push(name);
    told.set(name, BEFORE);
  }
  return { order, told, newest };
}

/** All of them, in the order in which they are read. */
export function wantedReads(history: History, prepared: Prepared): WantedRead[] {
  const { order, told, newest } = namesToRead(history, prepared);
  const writeOf = (name: number) => {
    const i = told.get(name);
    const resource = history.names.name(name);
    return i === BEFORE ? resource.slice(resource.indexOf("/") + 1) : history.idAt(i);
  };
  return order
    .map((name, place) => ({ name, place, draw: chance(history.seed + 1, place) }))
    .sort((x, y) => x.draw - y.draw || x.place - y.place)
    .map(({ name }) => ({ write: writeOf(name), name, version: newest.get(name, FIRST_VERSION) }));
}
