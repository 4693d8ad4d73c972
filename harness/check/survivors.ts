/**
 * Which writes a side holds, by its own word.
 *
 * An acknowledged write survives when every resource named in its acknowledgement is there, in that version or a later
 * one, not deleted, under the write's own id, and the side's FHIR API did not deny it when it was asked. A write
 * without an acknowledgement survives when as many resources as it has bear its id; fewer, and it is torn.
 */
import type { Contents } from "../model/contents.ts";
import { type History, OK } from "../model/history.ts";
import { RESOURCES, WRITE_KINDS } from "../model/write.ts";

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

const SIZES = WRITE_KINDS.map((kind) => RESOURCES[kind]);

/** `api: false` is for a side that serves nobody and is asked by SQL only. */
export function holdingsOf(contents: Contents, history: History, { api = true } = {}): Holdings {
  const { disagreements, denied, unanswered } = readsOf(contents);
  const fates = new Uint8Array(history.length);
  for (let i = 0; i < history.length; i += 1) {
    const present =
      history.outcome[i] === OK ? namedPresent(contents, history, i, denied) : livePresent(contents, history, i);
    const size = SIZES[history.kind[i] as number] as number;
    fates[i] = present === 0 ? ABSENT : present >= size ? WHOLE : TORN;
  }
  const complete = contents.rowsComplete && (!api || (contents.asksComplete && unanswered === 0));
  return { complete, unreadable: contents.unreadable, fates, disagreements };
}

/** How many of the resources that write i's acknowledgement names are there. */
function namedPresent(
  contents: Contents,
  history: History,
  i: number,
  denied: ReadonlyMap<number, Set<number>>,
): number {
  const n = history.n[i] as number;
  const deniedHere = denied.size > 0 ? denied.get(n) : undefined;
  const [from, to] = [history.storedFrom(i), history.storedFrom(i + 1)];
  let present = 0;
  for (let s = from; s < to; s += 1) {
    const name = history.storedName[s] as number;
    const version = history.storedVersion[s] as number;
    if (deniedHere?.has(name)) continue;
    // An answer that names one resource several times acknowledged it once.
    if (s > from && history.storedName.subarray(from, s).includes(name)) continue;
    for (let row = contents.lastRowOf(n); row >= 0; row = contents.rowBefore[row] as number)
      if (contents.name[row] === name && (contents.version[row] as number) >= version && contents.deleted[row] === 0) {
        present += 1;
        break;
      }
  }
  return present;
}

/** How many different resources that bear write i's id are there. */
function livePresent(contents: Contents, history: History, i: number): number {
  const last = contents.lastRowOf(history.n[i] as number);
  if (last < 0) return 0;
  const names = new Set<number>();
  for (let row = last; row >= 0; row = contents.rowBefore[row] as number)
    if (contents.deleted[row] === 0) names.add(contents.name[row] as number);
  return names.size;
}

function readsOf(contents: Contents) {
  const newest = new Map<number, number>();
  if (contents.reads > 0)
    for (let row = 0; row < contents.rows; row += 1) {
      const name = contents.name[row] as number;
      const before = newest.get(name);
      if (before === undefined || (contents.version[before] as number) < (contents.version[row] as number))
        newest.set(name, row);
    }
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
    const there = row !== undefined && contents.deleted[row] === 0;
    const version = contents.readVersion[read] as number;
    const agrees = there
      ? status === 200 && (Number.isNaN(version) || version === contents.version[row])
      : status !== 200;
    if (!agrees)
      disagreements.push(`${contents.names.name(name)} answered ${status} on ${contents.side}, against its database`);
  }
  return { denied, disagreements, unanswered };
}
