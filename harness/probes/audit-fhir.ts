/**
 * The audit of what a system serves at the end, by FHIR alone, for systems whose database cannot be read. It writes the
 * same lines as the audit by SQL and API (`audit.ts`, `audit-api.ts`): rows are what the server gives, and the write
 * that made a version is the identifier in its body.
 *
 * It sees only what clients see: neither the content of a site that does not serve nor, with several servers in turn,
 * which one answered. What it cannot read completely is recorded as unreadable, with the reason.
 */
import { setTimeout as sleepFor } from "node:timers/promises";
import type { History } from "../model/columns/history.ts";
import type { Prepared } from "../model/load/before-load.ts";
import type { Tag } from "../model/load/tag.ts";
import { FIRST_VERSION, writeNumber } from "../model/load/write.ts";
import type { Dialect } from "../model/plan/dialect.ts";
import { otherSite, type SiteName } from "../model/plan/site.ts";
import type { AuditLine, AuditRead, AuditSearch } from "../model/record/audit.ts";
import type { Base } from "../system/edge.ts";
import type { Report } from "./audit.ts";
import { Asker } from "./served/asker.ts";
import { type SeenByPath, searchPath, typeOf } from "./served/question.ts";
import { RowNumbers, rowsOf } from "./served/rows.ts";
import { type Survey, type Limits as SurveyLimits, survey } from "./served/survey.ts";
import { type Wanted, wantedOf } from "./served/wanted.ts";

export interface AuditedFhir extends Base {
  /** The site that serves, according to the record. */
  side: SiteName;
  /** The other site's own server, if it can be reached directly. */
  other?: Base;
  history: History;
  scenario: Prepared;
  dialect: Dialect;
  tag: Tag;
}

export interface Limits extends SurveyLimits {
  /** For all requests to one server. */
  withinMs: number;
  /** For one request, to the end of its answer. */
  requestMs: number;
}

const LIMITS: Limits = {
  ...{ withinMs: 300_000, requestMs: 10_000, pauseMs: 2000, passes: 10, pages: 2000 },
  sleep: (ms) => sleepFor(ms),
};

export async function auditFhir(audited: AuditedFhir, report: Report, given: Partial<Limits> = {}): Promise<void> {
  const { side, other, history, scenario } = audited;
  const limits = { ...LIMITS, ...given };
  const wanted = wantedOf(history, scenario);
  const numbers = new RowNumbers();
  const beganMs = performance.now();
  const served = await surveyOf(audited, audited, wanted, limits);
  const tookMs = Math.round(performance.now() - beganMs);
  report(rowLines(side, served, audited.dialect, numbers));
  report(askLines(side, served, audited, wanted, { withinMs: limits.withinMs, tookMs }));

  const away = otherSite(side);
  const unread = (why: string) => report([{ type: "unreadable", side: away, why }]);
  if (other === undefined) return unread("only what clients are served was read");
  const silent = await whySilent(other, limits);
  if (silent !== null) return unread(silent);
  report(rowLines(away, await surveyOf(other, audited, wanted, limits), audited.dialect, numbers));
}

/** One request first, since a site that is down would cost a timeout per resource. */
async function whySilent({ ask }: Base, { requestMs, sleep }: Limits): Promise<string | null> {
  const asker = new Asker(ask, { endMs: performance.now() + requestMs, requestMs, sleep });
  const { status, why } = await asker.get("metadata");
  return status === 0 ? `it does not answer: ${why}` : null;
}

async function surveyOf({ ask, base }: Base, { history, dialect, tag }: AuditedFhir, wanted: Wanted, limits: Limits) {
  const { withinMs, requestMs, sleep } = limits;
  const asker = new Asker(ask, { endMs: performance.now() + withinMs, requestMs, sleep });
  const search = { identifier: dialect.identifierSearch, tag: dialect.tagSearch };
  const manner = { base, tag, versionsCount: doVersionsCount(dialect) };
  const found = await survey(asker, { seed: history.seed, wanted, manner, search }, limits);
  return { ...found, why: whyNever(dialect, wanted) ?? found.why ?? whyUntold(found.seen, history.seed) };
}

/** Whether versions are numbered and older ones can be looked up. */
function doVersionsCount({ versions, instanceHistory }: Dialect): boolean {
  return versions === "numbered" && instanceHistory;
}

/** Why no audit of such a server can be whole. */
function whyNever(dialect: Dialect, { reads }: Wanted): string | null {
  if (!dialect.identifierSearch && !dialect.tagSearch)
    return "it can be searched neither by identifier nor by tag, so unacknowledged writes cannot be found";
  const newer = reads.find(({ version }) => version > FIRST_VERSION);
  return newer !== undefined && !doVersionsCount(dialect)
    ? `version ${newer.version} of ${newer.resource} was acknowledged, and versions cannot be looked up`
    : null;
}

/**
 * A resource listed by its tag but not readable by its id is covered by the search for its write, if that has a line.
 */
function whyUntold(seen: SeenByPath, seed: number): string | null {
  const listed = [...seen.values()].flatMap(({ question, versions }) => (question.asks === "tagged" ? versions : []));
  const untold = listed.find(({ resource, write }) => {
    const isTold = writeNumber(seed, write) !== null && seen.has(searchPath(typeOf(resource), write));
    return !isTold && seen.get(resource)?.versions.length === 0;
  });
  return untold === undefined ? null : `${untold.resource} is found by the run's tag but cannot be read`;
}

/** Ends with `rows-end`, or with the reason if the rows may be incomplete. */
function rowLines(side: SiteName, { seen, why }: Survey, { tagSearch }: Dialect, numbers: RowNumbers): AuditLine[] {
  const rows = rowsOf(side, seen, numbers);
  if (why !== null) return [...rows, { type: "unreadable", side, why }];
  return [...rows, { type: "rows-end", side, rows: rows.length, by: "fhir", listed: tagSearch }];
}

function askLines(
  side: SiteName,
  { seen, passes, lateMs }: Survey,
  { history }: AuditedFhir,
  wanted: Wanted,
  time: { withinMs: number; tookMs: number },
): AuditLine[] {
  const reads = wanted.reads.flatMap(({ write, resource }): AuditRead[] => {
    const given = seen.get(resource)?.given;
    return given === undefined ? [] : [{ type: "read", side, write, resource, ...given }];
  });
  const searches = searchLines(side, seen, history.seed);
  const made = { reads: reads.length, searches: searches.length, wanted: wanted.reads.length };
  const maxMs = [...lateMs.values()].reduce((most, ms) => Math.max(most, Math.round(ms)), 0);
  const late = { count: lateMs.size, maxMs: lateMs.size === 0 ? null : maxMs };
  return [...reads, ...searches, { type: "reads-end", side, ...made, ...time, passes, late }];
}

/** Lines for this run's writes. Other searches by identifier show in the rows. */
function searchLines(side: SiteName, seen: SeenByPath, seed: number): AuditSearch[] {
  return [...seen.values()].flatMap(({ question, status, versions, why }): AuditSearch[] => {
    if (question.asks !== "search" || writeNumber(seed, question.write) === null) return [];
    const { write, resourceType } = question;
    const found = versions.map(({ resource }) => resource);
    // An incomplete list counts as no answer.
    return [{ type: "search", side, write, resourceType, status: why !== null && status === 200 ? 0 : status, found }];
  });
}
