/**
 * Survivors (S): which writes a site holds, by its own account, as it would serve them.
 *
 * A resource is served in its current version: the one that its database marks as current and not deleted; and if its
 * FHIR API was asked, the version that it returned. A version of a resource is served if the current one is that or a
 * later one; a newer one that only the history has is not.
 *
 * An acknowledged write survives if every resource named in its acknowledgement is served in that version or a later
 * one, and bears the write's own id. A write without an acknowledgement survives if as many resources as it has bear
 * its id and are served; if its 2xx names only some of them, those must be among them. With fewer, it is torn.
 */
import type { Contents } from "../model/columns/contents.ts";
import { type History, OK } from "../model/columns/history.ts";
import type { NameTable } from "../model/load/name-table.ts";
import { SIZES } from "../model/load/write.ts";
import { apiAnswers } from "./api-answers.ts";

export const ABSENT = 0;
export const TORN = 1;
export const WHOLE = 2;

export interface Holdings {
  /** Both the database and the API were read to the end. */
  complete: boolean;
  unreadable: string | null;
  /** `ABSENT`, `TORN` or `WHOLE`, for each write of the history. */
  fates: Uint8Array;
  /** Reads in which the API contradicts the database. */
  disagreements: string[];
  /** What the API returned, see `ApiAnswers`. */
  given: NameTable;
  /** Whether the site serves a row's version, or a later one of its resource. */
  isServed: (row: number) => boolean;
}

/** `api: false` is for a site that serves nobody and is read by SQL only. */
export function holdingsOf(contents: Contents, history: History, { api = true, sizes = SIZES } = {}): Holdings {
  const { given, disagreements, unanswered } = apiAnswers(contents);
  const { length, outcome, kind } = history;
  const isServed = servedIn(contents, given);
  const namedPresent = namedIn(contents, history, isServed);
  const livePresent = liveIn(contents, history, isServed);
  const fates = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) {
    const size = sizes[kind[i] as number] as number;
    const { named, present } = namedPresent(i);
    const held = outcome[i] === OK ? present : Math.max(0, Math.min(livePresent(i), size - named + present));
    fates[i] = held === 0 ? ABSENT : held >= size ? WHOLE : TORN;
  }
  const complete = contents.rowsComplete && (!api || (contents.asksComplete && unanswered === 0));
  return { complete, unreadable: contents.unreadable, fates, disagreements, given, isServed };
}

function servedIn(contents: Contents, given: NameTable): Holdings["isServed"] {
  const { name, version, deleted, currentVersion } = contents;
  return (row) => {
    const own = version[row] as number;
    if (deleted[row] === 1 || (currentVersion[row] as number) < own) return false;
    return given.size === 0 || given.get(name[row] as number, own) >= own;
  };
}

/** How many resources write i's answer names, and how many of them are served. */
function namedIn(contents: Contents, history: History, isServed: (row: number) => boolean) {
  // Columns are fetched once, not for every write.
  const { rowBefore, name, version } = contents;
  const { n, storedName, storedVersion } = history;
  return (i: number): { named: number; present: number } => {
    const last = contents.lastRowOf(n[i] as number);
    const [from, to] = [history.storedFrom(i), history.storedFrom(i + 1)];
    let [named, present] = [0, 0];
    for (let s = from; s < to; s += 1) {
      const wanted = storedName[s] as number;
      // An answer that names one resource several times acknowledged it once.
      if (s > from && storedName.subarray(from, s).includes(wanted)) continue;
      named += 1;
      for (let row = last; row >= 0; row = rowBefore[row] as number)
        if (name[row] === wanted && (version[row] as number) >= (storedVersion[s] as number) && isServed(row)) {
          present += 1;
          break;
        }
    }
    return { named, present };
  };
}

/** How many different resources that bear write i's id are served. */
function liveIn(contents: Contents, { n }: History, isServed: (row: number) => boolean) {
  const { rowBefore, name } = contents;
  return (i: number): number => {
    const last = contents.lastRowOf(n[i] as number);
    if (last < 0) return 0;
    const names = new Set<number>();
    for (let row = last; row >= 0; row = rowBefore[row] as number) if (isServed(row)) names.add(name[row] as number);
    return names.size;
  };
}
