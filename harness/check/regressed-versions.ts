/**
 * Regressed: a resource that the serving site has in an older version than the newest that was acknowledged for it. A
 * resource that is missing altogether is not regressed but lost. Only the current version counts, and where the FHIR
 * API was asked, the one that it returned: a version that only the history has is not served.
 *
 * A measure: every version that went back is a lost write, and losses are judged by their own objectives. It shows
 * what they look like to a client, which now holds an ETag from the future.
 *
 * Unit: resources.
 * Inconclusive: what the serving site holds is not known.
 * No objective: in all other cases.
 */
import type { Contents } from "../model/columns/contents.ts";
import { OK } from "../model/columns/history.ts";
import { NameTable } from "../model/load/name-table.ts";
import type { Checker } from "./checker.ts";
import { WHOLE } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

/** The resource is not there, or the API does not return it. */
const GONE = 0;

export const regressedVersions: Checker = {
  name: "regressed-versions",
  needs: HOLDINGS_NEED,
  check: ({ history, audit }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const { fates, given } = facts.holdings.serving;
    const { length, outcome, storedName, storedVersion } = history;
    // Only resources of which a lost write made a second or later version: a surviving write is there in its version or
    // a later one, and a first version has nothing to regress to.
    const newest = new NameTable();
    const writer = new NameTable();
    for (let i = 0; i < length; i += 1) {
      if (outcome[i] !== OK || fates[i] === WHOLE) continue;
      const to = history.storedFrom(i + 1);
      for (let s = history.storedFrom(i); s < to; s += 1) {
        const name = storedName[s] as number;
        const version = storedVersion[s] as number;
        if (version <= 1 || newest.get(name) >= version) continue;
        newest.set(name, version);
        writer.set(name, i);
      }
    }
    const served = servedOf(contents, given, newest);
    const resources: string[] = [];
    const evidence: string[] = [];
    for (const [name, version] of newest) {
      const servedVersion = served.get(name);
      if (servedVersion === GONE || servedVersion >= version) continue;
      const resource = contents.names.name(name);
      const write = history.idAt(writer.get(name));
      resources.push(resource);
      evidence.push(`${resource}: version ${servedVersion}, after version ${version} was acknowledged to ${write}`);
    }
    const reason = `${resources.length} resources are served in an older version than acknowledged`;
    return {
      verdict: "no-objective",
      reason,
      evidence,
      measures: { regressed: { count: resources.length, resources } },
    };
  },
};

/** The version that clients get of each of these resources. */
function servedOf(contents: Contents, given: NameTable, of: NameTable): NameTable {
  const { last } = contents.rowsByName;
  const served = new NameTable();
  for (const [name] of of) {
    const current = contents.currentVersion[last.get(name)] ?? GONE;
    served.set(name, Math.min(current, given.get(name, current)));
  }
  return served;
}
