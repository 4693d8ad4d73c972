/**
 * Index-lost: a resource of the serving site that can be read by its id but not found by search, or the reverse, or
 * that one search finds twice. The database is asked for the index entry of every newest version. The API is asked to
 * search for each write of which the database lacks an entry and for a sample of the others; for each type it must find
 * exactly the resources that the database has of that write. The seed draws the sample
 * (`model/columns/wanted-searches.ts`), so a search that was left out is missed; older records have another sample.
 *
 * Unit: resources.
 * Broken: there is one.
 * Inconclusive: a search was not answered, or was left out, or none was made; or what the serving site holds is not
 * known.
 * Not examined: its server cannot be searched by identifier.
 */
import type { Contents } from "../model/columns/contents.ts";
import type { History } from "../model/columns/history.ts";
import { type WantedSearch, wantedSearches } from "../model/columns/wanted-searches.ts";
import { writeNumber } from "../model/load/write.ts";
import type { AuditSearch } from "../model/record/audit.ts";
import type { Checker } from "./checker.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const indexLost: Checker = {
  name: "index-lost",
  needs: HOLDINGS_NEED,
  check: ({ audit, run, history }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    if (run.dialect?.identifierSearch === false)
      return { verdict: "not-examined", reason: "its server cannot be searched by identifier" };
    const contents = audit[facts.serving];
    const evidence: string[] = [];
    const resources = new Set<string>();
    for (let row = 0; row < contents.rows; row += 1) {
      if (!contents.isUnindexed(row) || contents.deleted[row] === 1) continue;
      resources.add(contents.resourceAt(row));
      evidence.push(`${contents.resourceAt(row)} of ${contents.writeAt(row)} has no entry in the index`);
    }
    let unanswered = 0;
    for (const search of contents.searches) {
      if (search.status !== 200) unanswered += 1;
      else
        for (const resource of differences(search, newestOf(contents, writeNumber(run.seed, search.write)))) {
          resources.add(resource);
          evidence.push(`${resource}: ${howFound(search, resource)}`);
        }
    }
    const measures = { indexLost: { count: resources.size, resources: [...resources] } };
    if (resources.size > 0)
      return { verdict: "broken", reason: `search and read differ on ${resources.size} resources`, evidence, measures };
    if (unanswered > 0 || contents.searches.length === 0)
      return {
        verdict: "inconclusive",
        reason: `${unanswered} of ${contents.searches.length} searches were not answered`,
      };
    const leftOut = leftOutOf(history, contents);
    if (leftOut.length > 0)
      return {
        verdict: "inconclusive",
        reason: `${leftOut.length} searches that the audit had to make are not recorded, the first of them for ${leftOut[0]}`,
      };
    return {
      verdict: "holds",
      reason: `the index and ${contents.searches.length} searches agree with the stored resources`,
      measures,
    };
  },
};

/** Older versions, which do not record how much there was to read, drew another sample. */
function leftOutOf(history: History, contents: Contents): string[] {
  if (contents.readsEnd?.wanted === undefined) return [];
  const name = ({ write, resourceType }: WantedSearch) => `${resourceType} of ${write}`;
  const made = new Set(contents.searches.map(name));
  return wantedSearches(history, contents)
    .map(name)
    .filter((wanted) => !made.has(wanted));
}

/** Live resources whose newest version is of the write: older versions describe a state that is no longer served. */
function newestOf(contents: Contents, n: number | null): string[] {
  const rows = n === null ? [] : contents.rowsOf(n);
  const newest = rows.filter((row) => contents.deleted[row] === 0 && contents.isCurrent(row));
  return newest.map((row) => contents.resourceAt(row));
}

function howFound({ found }: AuditSearch, resource: string): string {
  const times = found.filter((name) => name === resource).length;
  return times > 1 ? `found ${times} times by one search` : `found by ${times === 1 ? "search" : "id"} only`;
}

function differences({ resourceType, found }: AuditSearch, there: readonly string[]): string[] {
  const ofType = there.filter((resource) => resource.startsWith(`${resourceType}/`));
  const more = found.filter((name, place) => !ofType.includes(name) || found.indexOf(name) < place);
  return [...more, ...ofType.filter((name) => !found.includes(name))];
}
