/**
 * The audit of what a site's FHIR API serves at the end, to be compared with its database and with what was sent. Each
 * resource that an acknowledgement named, and each from before the load, is read by its id. Searches are made for
 * writes of which the database lacks something, and for a sample of the others, drawn by the seed.
 *
 * Each read is one GET, as clients send it. A search would test the index instead. A batch would run the same reads
 * inside the server, without HTTP answers and ETags, and one failed answer would lose many reads.
 */
import type { Contents } from "../model/columns/contents.ts";
import type { History } from "../model/columns/history.ts";
import { READS_WITHIN_MS, wantedReads } from "../model/columns/wanted-reads.ts";
import { type WantedSearch, wantedSearches } from "../model/columns/wanted-searches.ts";
import type { Prepared } from "../model/load/before-load.ts";
import { IDENTIFIER_SYSTEM } from "../model/load/write.ts";
import type { AuditLine, AuditRead } from "../model/record/audit.ts";
import type { Ask, FhirServer } from "../system/fhir-server.ts";
import { severalAtOnce } from "../system/several-at-once.ts";
import type { Report } from "./audit.ts";
import { type Answer, readLine } from "./given.ts";
import { type Entry, listOf } from "./served/pages.ts";

/** Enough to keep a server with few processors busy, and few enough to leave connections of its pool of 20. */
const ASKERS = 8;
const TRIES = 3;
/** Next pages are followed below this path, whatever host they name. */
const ITS_BASE = "http://its.own/fhir";
/** With fifty entries each, more than any transaction fills. */
const MOST_PAGES = 40;

/** Stands for a server that does not run, as when no site took over. */
const nobody: Ask = () => Promise.reject(new Error("it does not run"));

interface Audited {
  history: History;
  /** What the database holds under the same names. */
  contents: Contents;
  scenario: Prepared;
}

export async function auditApi(
  hapi: Pick<FhirServer, "side" | "asking">,
  audited: Audited,
  report: Report,
  withinMs = READS_WITHIN_MS,
): Promise<void> {
  const { history, contents, scenario } = audited;
  const { names } = history;
  const ask = await hapi.asking().catch(() => nobody);
  const wanted = wantedReads(history, scenario);
  const searches = wantedSearches(history, contents);
  const beganMs = performance.now();
  let reads = 0;
  await severalAtOnce(ASKERS, untilTime(wanted, beganMs + withinMs), async ({ write, name }) => {
    const line = await read(ask, { side: hapi.side, write, resource: names.name(name) });
    report([line]);
    reads += 1;
  });
  const tookMs = Math.round(performance.now() - beganMs);
  await severalAtOnce(ASKERS, searches, async (search) => report([await find(ask, hapi.side, search)]));
  const made = { reads, searches: searches.length };
  report([{ type: "reads-end", side: hapi.side, ...made, wanted: wanted.length, withinMs, tookMs }]);
}

/** The seed determined the order, so what is left when the time is up is a random sample. */
function* untilTime<T>(items: readonly T[], endMs: number): Generator<T> {
  for (const item of items) {
    if (performance.now() >= endMs) return;
    yield item;
  }
}

async function read(ask: Ask, of: Pick<AuditRead, "side" | "write" | "resource">): Promise<AuditRead> {
  return readLine(of, await answerTo(ask, of.resource));
}

async function find(ask: Ask, side: AuditRead["side"], { write, resourceType }: WantedSearch): Promise<AuditLine> {
  const identifier = encodeURIComponent(`${IDENTIFIER_SYSTEM}|${write}`);
  const get = async (path: string) => ({ ...(await answerTo(ask, path)), why: null });
  const first = `${resourceType}?identifier=${identifier}&_count=50`;
  const { status, entries, why } = await listOf(get, first, { base: ITS_BASE, most: MOST_PAGES });
  // An incomplete list counts as no answer.
  const whole = status === 200 && why !== null ? 0 : status;
  return { type: "search", side, write, resourceType, status: whole, found: whole === 200 ? entries.map(nameOf) : [] };
}

/** Retries on errors: only 200, 404 and 410 count as answers. */
async function answerTo(ask: Ask, path: string): Promise<Answer> {
  let answer: Answer = { status: 0, etag: null, text: "" };
  for (let tries = 0; tries < TRIES && ![200, 404, 410].includes(answer.status); tries += 1)
    answer = await ask(path, { headers: { "Cache-Control": "no-cache" } })
      .then(async (got) => ({ status: got.status, etag: got.headers.get("ETag"), text: await got.text() }))
      .catch(() => ({ status: 0, etag: null, text: "" }));
  return answer;
}

function nameOf({ resource }: Entry): string {
  const { resourceType, id } = resource as { resourceType: string; id: string };
  return `${resourceType}/${id}`;
}
