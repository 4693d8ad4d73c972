/**
 * What is read through the FHIR API when all is over: each resource that a client was told of, and each that stood there
 * before the load. In an order that the seed draws, so that what is left unread when the time is up is a random rest; and
 * whoever judges the record works the same order out again, and sees whether one was left out on the way.
 */
import { beforeLoad, type Prepared } from "./before-load.ts";
import type { History } from "./history.ts";
import { NameTable } from "./name-table.ts";
import { chance } from "./write.ts";

export interface WantedRead {
  /** The write that was told of the newest version; of what stood before the load, its own id. */
  write: string;
  /** `Type/id`, by its code. */
  name: number;
}

/** In no particular order. */
export function resourcesToRead(history: History, scenario: Prepared): WantedRead[] {
  const { seed, names, storedName, storedVersion } = history;
  /** By name, the place in `newest` of the write that was told of its newest version. */
  const places = new NameTable();
  const newest: { i: number; s: number }[] = [];
  for (let i = 0; i < history.length; i += 1) {
    if (!history.wasToldDone(i)) continue;
    for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
      const name = storedName[s] as number;
      const known = newest[places.get(name)];
      if (known === undefined) places.set(name, newest.push({ i, s }) - 1);
      else if ((storedVersion[s] as number) > (storedVersion[known.s] as number)) Object.assign(known, { i, s });
    }
  }
  const told = newest.map(({ i, s }) => ({ write: history.idAt(i), name: storedName[s] as number }));
  const { registers, seeded } = beforeLoad(seed, scenario);
  const stood = [...registers, ...seeded].map(({ id, path }) => ({ write: id, name: names.code(path) }));
  return [...told, ...stood.filter(({ name }) => places.get(name) < 0)];
}

/** The same in the order in which they are read. */
export function wantedReads(history: History, scenario: Prepared): WantedRead[] {
  return resourcesToRead(history, scenario)
    .map((wanted, place) => ({ wanted, place, draw: chance(history.seed + 1, place) }))
    .sort((x, y) => x.draw - y.draw || x.place - y.place)
    .map(({ wanted }) => wanted);
}
