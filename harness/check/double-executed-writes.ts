/**
 * Double-executed: one write, by its id, that was carried out more than once, whoever sent it again. Each execution leaves
 * rows under numbers of its database's own, and a copy that replication brought has its original's number; so a write was
 * carried out more often than once when more rows, by their numbers and over both sides, bear its id than it has resources.
 *
 * Broken when it shows where clients look: a resource with two versions by one write, on the serving side. One that
 * stands there as two resources is the duplicates' business; one done once on each side is measured.
 *
 * Unit: writes.
 * Broken: one of them made two versions of a resource on the serving side.
 * Inconclusive: what the serving side holds is not known.
 * Not examined: versions of its server can only be told apart, so one more cannot be seen.
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
    const sides = [serving, audit[facts.other]];
    const ids: string[] = [];
    const evidence: string[] = [];
    let visible = 0;
    for (let i = 0; i < history.length; i += 1) {
      const n = history.n[i] as number;
      const size = sizes[history.kind[i] as number] as number;
      if (executionRows(sides, n) <= size) continue;
      if (hasTwoVersions(serving, n)) visible += 1;
      ids.push(history.idAt(i));
      const places = sides.map((side) => `${side.side}: ${versionsOf(side, n).join(", ") || "nothing"}`);
      evidence.push(`${history.idAt(i)}: ${places.join("; ")}`);
    }
    const measures = { doubleExecuted: { count: ids.length, ids } };
    const reason = `${ids.length} writes were carried out more than once; ${visible} made two versions on the serving side`;
    return { verdict: visible > 0 ? "broken" : "no-objective", reason, evidence, measures };
  },
};

/** How many different rows write n left on both sides together. Asked of each write, so that nothing is copied first. */
function executionRows(sides: readonly Contents[], n: number): number {
  const pids: number[] = [];
  for (const side of sides)
    for (let row = side.lastRowOf(n); row >= 0; row = side.rowBefore[row] as number) {
      const pid = side.pid[row] as number;
      if (!pids.includes(pid)) pids.push(pid);
    }
  return pids.length;
}

function hasTwoVersions(contents: Contents, n: number): boolean {
  const rows = contents.rowsOf(n);
  return new Set(rows.map((row) => contents.name[row])).size < rows.length;
}

function versionsOf(contents: Contents, n: number): string[] {
  return contents.rowsOf(n).map((row) => `${contents.resourceAt(row)}/${contents.version[row]}`);
}
