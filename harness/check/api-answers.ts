/** What a side's FHIR API answered when all was over, held against its database. Pure. */
import type { Contents } from "../model/contents.ts";
import { NameTable } from "../model/name-table.ts";

export interface ApiAnswers {
  /** By name, the oldest version that was given, or `DENIED`; nothing of what was not asked for or not answered. */
  given: NameTable;
  /** In which it said something else than the database. */
  disagreements: string[];
  unanswered: number;
}

export const DENIED = 0;

/** In place of a row: of what was asked for there is none that is current, and of all else nobody asked. */
export const NOWHERE = -1;
const UNASKED = -2;

export function apiAnswers(contents: Contents): ApiAnswers {
  const { reads, readName, readStatus, readVersion, misnamed, version: versions } = contents;
  const current = currentOfAsked(contents);
  const given = new NameTable();
  const disagreements: string[] = [];
  let unanswered = 0;
  for (let read = 0; read < reads; read += 1) {
    const [name, status] = [readName[read] as number, readStatus[read] as number];
    const version = readVersion[read] as number;
    // Who is given another resource was not given this one.
    const denied = status === 404 || status === 410 || misnamed.has(read);
    if (!denied && status !== 200) unanswered += 1;
    else if (denied || !Number.isNaN(version)) {
      const seen = denied ? DENIED : version;
      given.set(name, Math.min(seen, given.get(name, seen)));
    }
    const row = current.get(name);
    const agrees = row === NOWHERE ? status !== 200 : status === 200 && version === versions[row];
    if (!agrees)
      disagreements.push(`${contents.names.name(name)} answered ${status} on ${contents.side}, against its database`);
  }
  return { given, disagreements, unanswered };
}

/** The row of the current version of each resource that the API was asked for, or `NOWHERE`. */
export function currentOfAsked(contents: Contents): NameTable {
  const { reads, readName, rows, name, deleted } = contents;
  const current = new NameTable();
  for (let read = 0; read < reads; read += 1) current.set(readName[read] as number, NOWHERE);
  for (let row = 0; row < rows && reads > 0; row += 1)
    if (contents.isCurrent(row) && deleted[row] === 0 && current.get(name[row] as number, UNASKED) === NOWHERE)
      current.set(name[row] as number, row);
  return current;
}
