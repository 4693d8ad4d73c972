/**
 * What a side says through its FHIR API when all is over, to be held against its database: acknowledged writes of which
 * the database lacks something are read and searched for, and a sample of the others, drawn by the seed.
 */
import type { AuditLine } from "../model/audit.ts";
import type { Contents } from "../model/contents.ts";
import { type History, OK } from "../model/history.ts";
import { chance, IDENTIFIER_SYSTEM } from "../model/write.ts";
import type { Hapi } from "../topology/hapi.ts";
import { severalAtOnce } from "../topology/several-at-once.ts";
import type { Report } from "./audit.ts";

const READ_SAMPLE = 200;
/** Those that are searched for are read as well: it is the same draw. */
const SEARCH_SAMPLE = 50;
const LACKING_SEARCHES = 200;
const ASKERS = 8;
const TRIES = 3;

/** `history` and `contents` are of the same names. */
export async function auditApi(hapi: Hapi, history: History, contents: Contents, report: Report): Promise<void> {
  const reads = readsWanted(history, contents);
  const searches = searchesWanted(history, contents);
  await severalAtOnce(ASKERS, reads, async (wanted) => report([await read(hapi, wanted)]));
  await severalAtOnce(ASKERS, searches, async (wanted) => report([await search(hapi, wanted)]));
  report([{ type: "reads-end", side: hapi.side, reads: reads.length, searches: searches.length }]);
}

interface WantedRead {
  write: string;
  resource: string;
}

interface WantedSearch {
  write: string;
  resourceType: string;
}

export function readsWanted(history: History, contents: Contents): WantedRead[] {
  const isDrawn = sampleOf(history, READ_SAMPLE);
  const reads: WantedRead[] = [];
  for (let i = 0; i < history.length; i += 1)
    if (isDrawn(i) || lacks(contents, history, i))
      for (const resource of resourcesOf(history, i)) reads.push({ write: history.idAt(i), resource });
  return reads;
}

export function searchesWanted(history: History, contents: Contents): WantedSearch[] {
  const isDrawn = sampleOf(history, SEARCH_SAMPLE);
  const searches: WantedSearch[] = [];
  let lacking = 0;
  for (let i = 0; i < history.length; i += 1) {
    const isLacking = lacks(contents, history, i);
    if (isLacking) lacking += 1;
    if (!isDrawn(i) && !(isLacking && lacking <= LACKING_SEARCHES)) continue;
    const types = new Set(resourcesOf(history, i).map((resource) => resource.slice(0, resource.indexOf("/"))));
    for (const resourceType of types) searches.push({ write: history.idAt(i), resourceType });
  }
  return searches;
}

/** About `size` of the acknowledged writes, always the same ones. */
function sampleOf(history: History, size: number): (i: number) => boolean {
  const share = size / Math.max(1, history.count(OK));
  return (i) => history.outcome[i] === OK && chance(history.seed + 1, history.n[i] as number) < share;
}

/** The database does not have everything that write i's acknowledgement names. */
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

async function read(hapi: Hapi, { write, resource }: WantedRead): Promise<AuditLine> {
  const { status, etag } = await ask(hapi, resource);
  return { type: "read", side: hapi.side, write, resource, status, version: status === 200 ? versionOf(etag) : null };
}

async function search(hapi: Hapi, { write, resourceType }: WantedSearch): Promise<AuditLine> {
  const identifier = encodeURIComponent(`${IDENTIFIER_SYSTEM}|${write}`);
  const { status, text } = await ask(hapi, `${resourceType}?identifier=${identifier}&_count=50`);
  return { type: "search", side: hapi.side, write, resourceType, status, found: status === 200 ? foundIn(text) : [] };
}

interface Answer {
  status: number;
  etag: string | null;
  text: string;
}

/** An error is no answer: only "here it is" and "there is no such thing" are. */
async function ask(hapi: Hapi, path: string): Promise<Answer> {
  let answer: Answer = { status: 0, etag: null, text: "" };
  for (let tries = 0; tries < TRIES && ![200, 404, 410].includes(answer.status); tries += 1)
    answer = await hapi
      .request(path, { headers: { "Cache-Control": "no-cache" } })
      .then(async (got) => ({ status: got.status, etag: got.headers.get("ETag"), text: await got.text() }))
      .catch(() => ({ status: 0, etag: null, text: "" }));
  return answer;
}

/** `W/"3"` → 3. */
function versionOf(etag: string | null): number | null {
  const found = /"(\d+)"/.exec(etag ?? "");
  return found ? Number(found[1]) : null;
}

function foundIn(bundle: string): string[] {
  const { entry = [] }: { entry?: { resource: { resourceType: string; id: string } }[] } = JSON.parse(bundle);
  return entry.map(({ resource }) => `${resource.resourceType}/${resource.id}`);
}
