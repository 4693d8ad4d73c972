/**
 * Double-executed: one write, by its id, that was carried out more than once, no matter who sent it again. Each execution
 * leaves rows with row numbers of its database, and a replicated copy has the number and the instant of its original. So a
 * write was carried out twice when more different rows carry its id, over both sites, than it has resources. A number alone
 * does not identify a row: a promoted physical standby continues on a new timeline, and assigns numbers again that the old
 * primary used for writes that were never replicated. Numbers alone decide where an old record has no instants, and where
 * only FHIR was read: a server may stamp a copy anew, and the audit gives equal versions one number.
 *
 * Broken if clients see it: a resource with two versions by one write, on the serving site. Two resources by one write are
 * duplicates, another check; a write carried out once on each site is only measured.
 *
 * Unit: writes.
 * Broken: one of them made two versions of a resource on the serving site.
 * Inconclusive: what the serving site holds is not known.
 * Not examined: the server's versions are opaque, so an extra one cannot be recognized.
 * No objective: none of them did.
 */
import type { Contents } from "../model/columns/contents.ts";
import { sizesOf } from "../model/load/write.ts";
import type { Checker } from "./checker.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const doubleExecutedWrites: Checker = {
  name: "double-executed-writes",
  needs: HOLDINGS_NEED,
  check: ({ history, audit, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    if (run.dialect?.versions === "opaque")
      return { verdict: "not-examined", reason: "its server's versions cannot be counted" };
    const serving = audit[facts.serving];
    const sizes = sizesOf(run.scenario.load);
    const sites = [serving, audit[facts.other]];
    const ids: string[] = [];
    const evidence: string[] = [];
    let visible = 0;
    for (let i = 0; i < history.length; i += 1) {
      const n = history.n[i] as number;
      const size = sizes[history.kind[i] as number] as number;
      if (executionRows(sites, n) <= size) continue;
      if (hasTwoVersions(serving, n)) visible += 1;
      ids.push(history.idAt(i));
      const places = sites.map((contents) => `${contents.side}: ${versionsOf(contents, n).join(", ") || "nothing"}`);
      evidence.push(`${history.idAt(i)}: ${places.join("; ")}`);
    }
    const measures = { doubleExecuted: { count: ids.length, ids } };
    const reason = `${ids.length} writes were carried out more than once; ${visible} made two versions on the serving site`;
    return { verdict: visible > 0 ? "broken" : "no-objective", reason, evidence, measures };
  },
};

/** How many different rows write n left on both sites together. Called for every write, so nothing is copied first. */
function executionRows(sites: readonly Contents[], n: number): number {
  const pids: number[] = [];
  const instants: number[] = [];
  for (const contents of sites)
    for (let row = contents.lastRowOf(n); row >= 0; row = contents.rowBefore[row] as number) {
      const pid = contents.pid[row] as number;
      const instant = contents.rowsEnd?.by === "fhir" ? Number.NaN : (contents.updatedMs[row] as number);
      if (isKnown(pids, instants, pid, instant)) continue;
      pids.push(pid);
      instants.push(instant);
    }
  return pids.length;
}

/** Whether a row of that number is among them; one of another instant is another row, and NaN is any. */
function isKnown(pids: readonly number[], instants: readonly number[], pid: number, instant: number): boolean {
  for (let at = pids.indexOf(pid); at >= 0; at = pids.indexOf(pid, at + 1))
    if (!(Math.abs((instants[at] as number) - instant) > 0)) return true;
  return false;
}

function hasTwoVersions(contents: Contents, n: number): boolean {
  const rows = contents.rowsOf(n);
  return new Set(rows.map((row) => contents.name[row])).size < rows.length;
}

function versionsOf(contents: Contents, n: number): string[] {
  return contents.rowsOf(n).map((row) => `${contents.resourceAt(row)}/${contents.version[row]}`);
}
