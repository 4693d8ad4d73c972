/**
 * Regressed: a resource that the serving side has in an older version than the newest that was acknowledged for it. What
 * is gone altogether is not regressed but lost. It is the current version that counts, and the one that the FHIR API gave
 * where that was asked: what only the history has is not served.
 *
 * A measure: every version that went back is a lost write, and the losses are judged by their own objectives. It tells
 * what they look like to a client, who holds an ETag that is from the future now.
 *
 * Unit: resources.
 * Inconclusive: what the serving side holds is not known.
 * No objective: always else.
 */
import type { Contents } from "../model/columns/contents.ts";
import { OK } from "../model/columns/history.ts";
import { NameTable } from "../model/load/name-table.ts";
import type { Checker } from "./checker.ts";
import { WHOLE } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

/** Nothing of it is there, or nothing is given of it. */
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
    // Only of resources that a lost write made a second or later version of: what a surviving one made is there, in its
    // version or a later one, and the first cannot be older than itself.
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
    const reason = `${resources.length} resources are older than they were acknowledged`;
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
