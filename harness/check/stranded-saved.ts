/**
 * Stranded version: a version of a resource, made by a write of this run, that a lost side held when it came back and
 * that the serving side does not hold at the end. The sides number their rows apart and a copy keeps its original's
 * number, so it is told by its number: one that was written again elsewhere, even by the same write, is another.
 *
 * Saved: what the operator says in `stranded.json` that only that side held, by the side's write-ahead log, before it was
 * overwritten; the stranded versions are known by the audits of both sides, which the operator has no part in. Both must
 * name the same versions: one more and people bring back what was never missing, one less and it is gone for good.
 *
 * Unit: versions of resources.
 * Broken: the two do not name the same.
 * Inconclusive: `stranded.json` cannot be read, or what the side held when it came back is not known; or what the
 * serving side holds is not.
 * Unasked: no lost side came back, or none was overwritten.
 */
import type { Contents } from "../model/contents.ts";
import { SIDES } from "../model/side.ts";
import type { SavedVersion } from "../model/stranded.ts";
import type { Checker } from "./checker.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const strandedSaved: Checker = {
  name: "stranded-saved",
  check: ({ events, audit, returned, saved }, facts) => {
    const overwritten = SIDES.filter((side) =>
      events.some((event) => event.type === "operator" && event.step === "saved" && event.side === side),
    );
    if (overwritten.length === 0)
      return { verdict: "unasked", reason: "no lost side came back, or none was overwritten" };
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    if (saved === null) return { verdict: "inconclusive", reason: "stranded.json cannot be read" };
    const evidence: string[] = [];
    let count = 0;
    for (const side of overwritten) {
      const returns = returned.filter((contents) => contents.side === side);
      if (!returns.at(-1)?.rowsComplete) {
        const reason = `what ${side.toUpperCase()} held when it came back is not known`;
        return { verdict: "inconclusive", reason };
      }
      const stranded = strandedIn(returns, audit[facts.serving]);
      count += stranded.size;
      evidence.push(...difference(stranded, saved, side, returns));
    }
    const reason = `${count} versions were stranded on a side that came back`;
    if (evidence.length === 0) return { verdict: "holds", reason: `${reason}, and saved` };
    return {
      verdict: "broken",
      reason: `${reason}; what was saved is not that, in ${evidence.length} cases`,
      evidence,
    };
  },
};

/** By number of the row: what it is. */
function strandedIn(returns: readonly Contents[], serving: Contents): Map<number, string> {
  const held = new Set(serving.pid.subarray(0, serving.rows));
  const stranded = new Map<number, string>();
  for (const contents of returns)
    for (let row = 0; row < contents.rows; row += 1) {
      const pid = contents.pid[row] as number;
      if (contents.rowsComplete && !held.has(pid)) stranded.set(pid, nameOf(contents, row));
    }
  return stranded;
}

/** The operator saves what anybody wrote; the audit knows this run's writes only. */
function difference(
  stranded: ReadonlyMap<number, string>,
  saved: readonly SavedVersion[],
  side: string,
  returns: readonly Contents[],
): string[] {
  const known = new Set(
    returns.flatMap((contents) => Array.from({ length: contents.rows }, (_, row) => contents.pid[row])),
  );
  const left = new Map(stranded);
  const wrong: string[] = [];
  for (const version of saved) {
    if (version.side !== side || !known.has(version.pid)) continue;
    const name = `${version.resource}/${version.version} of ${version.write}`;
    const is = left.get(version.pid);
    left.delete(version.pid);
    if (is === undefined) wrong.push(`${name}: saved, and not stranded on ${side}`);
    else if (is !== name) wrong.push(`${is}: saved as ${name}`);
  }
  return [...wrong, ...Array.from(left.values(), (name) => `${name}: stranded on ${side}, and not saved`)];
}

function nameOf(contents: Contents, row: number): string {
  return `${contents.resourceAt(row)}/${contents.version[row]} of ${contents.writeAt(row)}`;
}
