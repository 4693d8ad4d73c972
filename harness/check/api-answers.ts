/** The answers of a site's FHIR API at the end of the run, compared with its database. Pure. */
import type { Contents } from "../model/columns/contents.ts";
import { NameTable } from "../model/load/name-table.ts";

export interface ApiAnswers {
  /** The oldest version that was returned, or `DENIED`, by name; no entry for what was not read or not answered. */
  given: NameTable;
  /** Answers that differ from the database. */
  disagreements: string[];
  unanswered: number;
}

export const DENIED = 0;

/** Stands for a row: no row is current. */
export const NOWHERE = -1;

export function apiAnswers(contents: Contents): ApiAnswers {
  const { reads, readName, readStatus, readVersion, misnamed, version: versions } = contents;
  const given = new NameTable();
  const disagreements: string[] = [];
  let unanswered = 0;
  for (let read = 0; read < reads; read += 1) {
    const [name, status] = [readName[read] as number, readStatus[read] as number];
    const version = readVersion[read] as number;
    // A client that gets another resource did not get this one.
    const denied = status === 404 || status === 410 || misnamed.has(read);
    if (!denied && status !== 200) unanswered += 1;
    else if (denied || !Number.isNaN(version)) {
      const seen = denied ? DENIED : version;
      given.set(name, Math.min(seen, given.get(name, seen)));
    }
    const row = currentRowOf(contents, name);
    const agrees = row === NOWHERE ? status !== 200 : status === 200 && version === versions[row];
    if (!agrees)
      disagreements.push(`${contents.names.name(name)} answered ${status} on ${contents.side}, unlike its database`);
  }
  return { given, disagreements, unanswered };
}

/** The row of a resource's current version, or `NOWHERE`. */
export function currentRowOf(contents: Contents, name: number): number {
  const { version, deleted, currentVersion } = contents;
  const rows = contents.rowsNamed(name);
  const isIt = (row: number) => contents.isCurrent(row) && deleted[row] === 0 && version[row] === currentVersion[row];
  return rows.find(isIt) ?? NOWHERE;
}
