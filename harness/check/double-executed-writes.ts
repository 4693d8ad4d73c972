/**
 * Double-executed: one write, sent once, was carried out more than once: it made more versions than it has resources on
 * one side, or it made other resources on one side than on the other. A copy that replication brought is the same
 * resource in the same version, and no second execution. Only what shows on the serving side breaks anything; the rest
 * is measured.
 */
import type { Contents } from "../model/contents.ts";
import { RESOURCES, WRITE_KINDS } from "../model/write.ts";
import type { Checker } from "./checker.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const doubleExecutedWrites: Checker = {
  name: "double-executed-writes",
  check: ({ history, audit }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const [serving, other] = [audit[facts.serving], audit[facts.other]];
    const ids: string[] = [];
    const evidence: string[] = [];
    let visible = 0;
    for (let i = 0; i < history.length; i += 1) {
      const n = history.n[i] as number;
      const size = RESOURCES[WRITE_KINDS[history.kind[i] as number] as (typeof WRITE_KINDS)[number]];
      const [here, there] = [serving.countOf(n), other.countOf(n)];
      if (here <= size && there <= size && (here === 0 || there === 0 || sameRows(serving, other, n))) continue;
      const made = new Set([...versionsOf(serving, n), ...versionsOf(other, n)]);
      if (made.size <= size) continue;
      if (here > size) visible += 1;
      ids.push(history.idAt(i));
      evidence.push(`${history.idAt(i)}: ${[...made].join(", ")}`);
    }
    const measures = { doubleExecuted: { count: ids.length, ids } };
    const reason = `${ids.length} writes were carried out more than once, ${visible} of them on the serving side`;
    if (visible > 0) return { verdict: "broken", reason, evidence, measures };
    return { verdict: "unasked", reason, evidence, measures };
  },
};

function versionsOf(contents: Contents, n: number): string[] {
  return contents.rowsOf(n).map((row) => `${contents.resourceAt(row)}/${contents.version[row]}`);
}

function sameRows(x: Contents, y: Contents, n: number): boolean {
  const [ofX, ofY] = [x.lastRowOf(n), y.lastRowOf(n)];
  if (x.countOf(n) === 1 && y.countOf(n) === 1) return x.name[ofX] === y.name[ofY] && x.version[ofX] === y.version[ofY];
  const known = new Set(versionsOf(x, n));
  return versionsOf(y, n).every((version) => known.has(version));
}
