/**
 * Survivors (S): which writes a side holds, by its own word.
 *
 * An acknowledged write survives when every resource named in its acknowledgement is there, in that version or a later
 * one, not deleted, under the write's own id, and the side's FHIR API did not deny it when it was asked. A write
 * without an acknowledgement survives when as many resources as it has bear its id; fewer, and it is torn.
 */
import type { Contents } from "../model/contents.ts";
import { type History, OK } from "../model/history.ts";
import { NameTable } from "../model/name-table.ts";
import { SIZES } from "../model/write.ts";

export const ABSENT = 0;
export const TORN = 1;
export const WHOLE = 2;

export interface Holdings {
  /** Both the database and the API were asked to the end. */
  complete: boolean;
  unreadable: string | null;
  /** `ABSENT`, `TORN` or `WHOLE`, for each write of the history. */
  fates: Uint8Array;
  /** Reads in which the API said something else than the database. */
  disagreements: string[];
}

/** In place of a row. */
const NOWHERE = -1;
const UNASKED = -2;

/** `api: false` is for a side that serves nobody and is asked by SQL only. */
export function holdingsOf(contents: Contents, history: History, { api = true } = {}): Holdings {
  const { disagreements, denied, unanswered } = readsOf(contents);
  const { length, outcome, kind } = history;
  const namedPresent = namedIn(contents, history, denied);
  const livePresent = liveIn(contents, history);
  const fates = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) {
    const present = outcome[i] === OK ? namedPresent(i) : livePresent(i);
    const size = SIZES[kind[i] as number] as number;
    fates[i] = present === 0 ? ABSENT : present >= size ? WHOLE : TORN;
  }
  const complete = contents.rowsComplete && (!api || (contents.asksComplete && unanswered === 0));
  return { complete, unreadable: contents.unreadable, fates, disagreements };
}

/** How many of the resources that write i's acknowledgement names are there. */
function namedIn(contents: Contents, history: History, denied: ReadonlyMap<number, Set<number>>) {
  // Columns are fetched once, and not for every write.
  const { rowBefore, name, version, deleted } = contents;
  const { n, storedName, storedVersion } = history;
  return (i: number): number => {
    const deniedHere = denied.size > 0 ? denied.get(n[i] as number) : undefined;
    const last = contents.lastRowOf(n[i] as number);
    const [from, to] = [history.storedFrom(i), history.storedFrom(i + 1)];
    let present = 0;
    for (let s = from; s < to; s += 1) {
      const wanted = storedName[s] as number;
      if (deniedHere?.has(wanted)) continue;
      // An answer that names one resource several times acknowledged it once.
      if (s > from && storedName.subarray(from, s).includes(wanted)) continue;
      for (let row = last; row >= 0; row = rowBefore[row] as number)
        if (name[row] === wanted && (version[row] as number) >= (storedVersion[s] as number) && deleted[row] === 0) {
          present += 1;
          break;
        }
    }
    return present;
  };
}

/** How many different resources that bear write i's id are there. */
function liveIn(contents: Contents, { n }: History) {
  const { rowBefore, name, deleted } = contents;
  return (i: number): number => {
    const last = contents.lastRowOf(n[i] as number);
    if (last < 0) return 0;
    const names = new Set<number>();
    for (let row = last; row >= 0; row = rowBefore[row] as number)
      if (deleted[row] === 0) names.add(name[row] as number);
    return names.size;
  };
}

function readsOf(contents: Contents) {
  const newest = newestOfAsked(contents);
  const denied = new Map<number, Set<number>>();
  const disagreements: string[] = [];
  let unanswered = 0;
  for (let read = 0; read < contents.reads; read += 1) {
    const [n, name] = [contents.readN[read] as number, contents.readName[read] as number];
    const status = contents.readStatus[read] as number;
    const gone = status === 404 || status === 410;
    if (gone) denied.set(n, (denied.get(n) ?? new Set()).add(name));
    else if (status !== 200) unanswered += 1;
    const row = newest.get(name);
    const there = row !== NOWHERE && contents.deleted[row] === 0;
    const version = contents.readVersion[read] as number;
    const agrees = there
      ? status === 200 && (Number.isNaN(version) || version === contents.version[row])
      : status !== 200;
    if (!agrees)
      disagreements.push(`${contents.names.name(name)} answered ${status} on ${contents.side}, against its database`);
  }
  return { denied, disagreements, unanswered };
}

/** The row of the newest version of each resource that the API was asked for. */
function newestOfAsked({ reads, readName, rows, name, version }: Contents): NameTable {
  const newest = new NameTable();
  for (let read = 0; read < reads; read += 1) newest.set(readName[read] as number, NOWHERE);
  for (let row = 0; row < rows && reads > 0; row += 1) {
    const code = name[row] as number;
    const before = newest.get(code, UNASKED);
    if (before !== UNASKED && (before === NOWHERE || (version[before] as number) < (version[row] as number)))
      newest.set(code, row);
  }
  return newest;
}
