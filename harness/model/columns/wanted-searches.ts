/**
 * What the audit searches for through the FHIR API: each write of which the database lacks something, up to a limit,
 * and a sample of the other acknowledged writes, drawn by the seed. The judge computes the same list and notices a
 * skipped search.
 */
import { chance } from "../load/write.ts";
import type { Contents } from "./contents.ts";
import { type History, OK } from "./history.ts";

const SAMPLE = 50;
const LACKING = 200;

export interface WantedSearch {
  write: string;
  resourceType: string;
}

export function wantedSearches(history: History, contents: Contents): WantedSearch[] {
  const isDrawn = sampleOf(history, SAMPLE);
  const searches: WantedSearch[] = [];
  let lacking = 0;
  for (let i = 0; i < history.length; i += 1) {
    const isLacking = lacks(contents, history, i);
    if (isLacking) lacking += 1;
    if (!isDrawn(i) && !(isLacking && lacking <= LACKING)) continue;
    const types = new Set(resourcesOf(history, i).map((resource) => resource.slice(0, resource.indexOf("/"))));
    for (const resourceType of types) searches.push({ write: history.idAt(i), resourceType });
  }
  return searches;
}

/** A sample of about `size` acknowledged writes, the same one each time. */
function sampleOf(history: History, size: number): (i: number) => boolean {
  const share = size / Math.max(1, history.count(OK));
  return (i) => history.outcome[i] === OK && chance(history.seed + 1, history.n[i] as number) < share;
}

/** Whether the database lacks something that write i's acknowledgement names. */
function lacks(contents: Contents, history: History, i: number): boolean {
  if (history.outcome[i] !== OK) return false;
  const rows = contents.rowsOf(history.n[i] as number).filter((row) => contents.deleted[row] === 0);
  for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
    const [name, version] = [history.storedName[s] as number, history.storedVersion[s] as number];
    if (!rows.some((row) => contents.name[row] === name && (contents.version[row] as number) >= version)) return true;
  }
  return false;
}

function resourcesOf(history: History, i: number): string[] {
  const names = history.storedName.subarray(history.storedFrom(i), history.storedFrom(i + 1));
  return Array.from(names, (name) => history.names.name(name));
}
