/**
 * Divergence: resource versions, made by this run's writes, that only one site holds, and those that both hold with
 * different content, or deleted on one of them. Compared one by one and by content: equal counts prove nothing.
 *
 * A measure: the sites are meant to differ while one of them is away. Redundancy is what is promised, and judged.
 *
 * Unit: versions of resources.
 * Not examined: one of the sites was not read to its end.
 * No objective: always otherwise.
 */
import type { Contents } from "../model/columns/contents.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Checker } from "./checker.ts";
import type { Facts } from "./facts.ts";

export interface Divergence {
  onlyServing: number;
  onlyOther: number;
  different: number;
}

export const divergence: Checker = {
  name: "divergence",
  needs: ["postgres"],
  check: (record, facts) => {
    const found = divergenceOf(record, facts);
    if (found === null) return { verdict: "not-examined", reason: "what one of the two sites holds is not known" };
    const { onlyServing, onlyOther, different, evidence } = found;
    const [serving, other] = [facts.serving.toUpperCase(), facts.other.toUpperCase()];
    const reason = `${onlyServing} versions are on ${serving} only, ${onlyOther} on ${other} only, ${different} differ`;
    return {
      verdict: "no-objective",
      reason,
      evidence,
      measures: { divergence: { onlyServing, onlyOther, different } },
    };
  },
};

const SHOWN = 20;

/** `null` if one of the sites was not read to its end. The evidence has the first few. */
export function divergenceOf({ audit }: RunRecord, facts: Facts): (Divergence & { evidence: string[] }) | null {
  const [serving, other] = [audit[facts.serving], audit[facts.other]];
  if (!serving.rowsComplete || !other.rowsComplete) return null;
  const evidence: string[] = [];
  const show = (contents: Contents, row: number, what: string) => {
    if (evidence.length >= SHOWN) return;
    const version = `${contents.resourceAt(row)}/${contents.version[row]}`;
    evidence.push(`${version} of ${contents.writeAt(row)}: ${what}`);
  };
  const [ofServing, ofOther] = [strangersOf(serving), strangersOf(other)];
  let [onlyServing, onlyOther, different] = [0, 0, 0];
  for (let row = 0; row < serving.rows; row += 1) {
    const twin = twinOf(serving, row, other, ofOther);
    if (twin === null) {
      onlyServing += 1;
      show(serving, row, `on ${facts.serving} only`);
    } else if (!Object.is(serving.content[row], other.content[twin]) || serving.deleted[row] !== other.deleted[twin]) {
      different += 1;
      show(serving, row, "differs");
    }
  }
  for (let row = 0; row < other.rows; row += 1) {
    if (twinOf(other, row, serving, ofServing) !== null) continue;
    onlyOther += 1;
    show(other, row, `on ${facts.other} only`);
  }
  return { onlyServing, onlyOther, different, evidence };
}

/** The row of the same version, made by the same write, on the other site. */
function twinOf(contents: Contents, row: number, other: Contents, strangers: Map<string, number>): number | null {
  const n = contents.n[row] as number;
  if (n < 0) return strangers.get(strangerName(contents, row)) ?? null;
  for (let candidate = other.lastRowOf(n); candidate >= 0; candidate = other.rowBefore[candidate] as number)
    if (other.name[candidate] === contents.name[row] && other.version[candidate] === contents.version[row])
      return candidate;
  return null;
}

/** Rows of no write of this run: the registers as they were made, and whatever else there is. */
function strangersOf(contents: Contents): Map<string, number> {
  return new Map([...contents.strangers.keys()].map((row) => [strangerName(contents, row), row]));
}

function strangerName(contents: Contents, row: number): string {
  return `${contents.writeAt(row)} ${contents.resourceAt(row)}/${contents.version[row]}`;
}
