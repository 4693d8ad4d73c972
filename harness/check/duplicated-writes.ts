/**
 * Duplicated: a write that exists on more resources of the serving site than it has. It was carried out again: a
 * component between client and database resent it, or the client itself retried it, after it got no acknowledgement and
 * as its configuration says. Whatever the cause, the data exists twice.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: what the serving site holds is not known.
 */
import type { Contents } from "../model/columns/contents.ts";
import { sizesOf } from "../model/load/write.ts";
import type { Checker } from "./checker.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const duplicatedWrites: Checker = {
  name: "duplicated-writes",
  needs: HOLDINGS_NEED,
  check: ({ history, audit, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const ids: string[] = [];
    const evidence: string[] = [];
    const sizes = sizesOf(run.scenario.load);
    const { length, kind, n: numbers } = history;
    for (let i = 0; i < length; i += 1) {
      const size = sizes[kind[i] as number] as number;
      const n = numbers[i] as number;
      const names = namesOf(contents, n);
      if (names.length <= size) continue;
      ids.push(history.idAt(i));
      evidence.push(
        `${history.idAt(i)}: ${names
          .map((name) => contents.names.name(name))
          .reverse()
          .join(", ")}`,
      );
    }
    const measures = { duplicated: { count: ids.length, ids } };
    if (ids.length > 0)
      return { verdict: "broken", reason: `${ids.length} writes are stored more than once`, evidence, measures };
    return { verdict: "holds", reason: "no write is stored more than once", measures };
  },
};

/** Codes of the resources that write n made, the last first. Called for every write, so it copies no rows. */
function namesOf(contents: Contents, n: number): number[] {
  const names: number[] = [];
  for (let row = contents.lastRowOf(n); row >= 0; row = contents.rowBefore[row] as number) {
    const name = contents.name[row] as number;
    if (contents.deleted[row] === 0 && !names.includes(name)) names.push(name);
  }
  return names;
}
