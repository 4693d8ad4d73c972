/**
 * Index-lost: a resource of the serving side that is there by its id and cannot be found by search, or the reverse, or that
 * one search finds twice. The database is asked for the index entry of every newest version; the API is asked to search for a sample of the writes,
 * and must find of each type exactly the resources that the database has of that write.
 *
 * Unit: resources.
 * Broken: there is one.
 * Inconclusive: a search was not answered, or none was asked; or what the serving side holds is not known.
 */
import type { AuditSearch } from "../model/audit.ts";
import type { Contents } from "../model/contents.ts";
import { writeNumber } from "../model/write.ts";
import type { Checker } from "./checker.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const indexLost: Checker = {
  name: "index-lost",
  check: ({ audit, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
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
    return {
      verdict: "holds",
      reason: `index and ${contents.searches.length} searches agree with what is there`,
      measures,
    };
  },
};

/** Live resources whose newest version is of the write: older ones say of themselves what they no longer are. */
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
