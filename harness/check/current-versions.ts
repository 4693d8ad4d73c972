/**
 * Current version: the version that the database names as the present one, and that the serving site returns to a
 * client that reads the resource. Each resource of the run has exactly one; it is the newest version; and no version
 * below it is missing, back to the first. The load deletes nothing, so nothing is deleted.
 *
 * Out of order: a resource that violates this, by the rows of the serving site: without a current version, or with more
 * than one; with a newer version than the one that is served; with a hole among its versions, or two rows for one of
 * them; or deleted although nothing was deleted.
 *
 * Unit: resources.
 * Broken: there is one.
 * Inconclusive: the audit has a row twice; or what the serving site holds is not known.
 */
import type { Contents } from "../model/columns/contents.ts";
import { FIRST_VERSION, registerIdPrefix } from "../model/load/write.ts";
import type { Checker } from "./checker.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

/** Versions that fit as bits into a small number. */
const BITS = 30;

export const currentVersions: Checker = {
  name: "current-versions",
  needs: HOLDINGS_NEED,
  check: ({ audit, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const resources: string[] = [];
    const evidence: string[] = [];
    let repeated = 0;
    for (const found of suspectsIn(contents)) {
      // The database's row number distinguishes a row recorded twice from two rows of one version.
      const rows = [...new Map(found.map((row) => [`${contents.pid[row]} ${contents.version[row]}`, row])).values()];
      if (rows.length < found.length) repeated += 1;
      const resource = contents.resourceAt(rows[0] as number);
      const why = whyNot(contents, rows, resource.startsWith(`Patient/${registerIdPrefix(run.seed)}`));
      if (why === null) continue;
      resources.push(resource);
      evidence.push(`${resource}: ${why}`);
    }
    const measures = { outOfOrder: { count: resources.length, resources } };
    if (resources.length > 0) {
      const reason = `${resources.length} resources do not have one current version above all others`;
      return { verdict: "broken", reason, evidence, measures };
    }
    if (repeated > 0) return { verdict: "inconclusive", reason: `the audit has rows of ${repeated} resources twice` };
    return { verdict: "holds", reason: "every resource has one current version, and all versions before it", measures };
  },
};

/** The rows of each resource that a quick test does not show to be in order. Most are, and there are very many. */
function suspectsIn(contents: Contents): number[][] {
  const { last, before } = contents.rowsByName;
  const { version, deleted, currentVersion } = contents;
  const suspects: number[][] = [];
  for (const [name, end] of last) {
    let [rows, newest, versions, deletions] = [0, 0, 0, 0];
    for (let row = end; row >= 0; row = before[row] as number) {
      const own = version[row] as number;
      rows += 1;
      newest = Math.max(newest, own);
      if (own < BITS) versions |= 1 << own;
      if (deleted[row] === 1) deletions += 1;
    }
    // Whole: each version from the first to the newest once, so as many rows as versions, and as many bits.
    const isWhole = rows === newest && versions === 2 ** (newest + 1) - 2;
    // If two versions are current, `currentVersion` names the older one.
    const isServed = deletions === 0 && currentVersion[end] === newest;
    if (!isWhole || !isServed) suspects.push(contents.rowsNamed(name));
  }
  return suspects;
}

/** A register's first version is of no write; another check asks for it. */
function whyNot(contents: Contents, rows: readonly number[], isRegister: boolean): string | null {
  const versions = rows.map((row) => contents.version[row] as number).sort((x, y) => x - y);
  const deleted = rows.filter((row) => contents.deleted[row] === 1).length;
  if (deleted > 0)
    return deleted === rows.length
      ? "deleted, although nothing was to be deleted"
      : "some versions are deleted, others are not";
  const current = rows
    .filter((row) => contents.isCurrent(row))
    .map((row) => contents.version[row] as number)
    .sort((x, y) => x - y);
  const newest = versions.at(-1) as number;
  if (current.length !== 1)
    return current.length === 0 ? "no version is current" : `versions ${current.join(" and ")} are both current`;
  if (current[0] !== newest) return `version ${current[0]} is current, and there is a version ${newest}`;
  const lowest = isRegister ? Math.min(FIRST_VERSION + 1, versions[0] as number) : FIRST_VERSION;
  for (const [place, version] of versions.entries()) {
    const expected = lowest + place;
    if (version < expected) return `version ${version} exists twice`;
    if (version > expected) return `version ${expected} is missing`;
  }
  return null;
}
