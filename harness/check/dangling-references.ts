/**
 * Dangling: a resource of the serving site refers to one that does not exist. A database that applies changes without
 * checking them, as a follower does, can hold such rows.
 *
 * Unit: resources.
 * Broken: there is one.
 * Inconclusive: what the serving site holds is not known.
 */
import type { Checker } from "./checker.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const danglingReferences: Checker = {
  name: "dangling-references",
  needs: HOLDINGS_NEED,
  check: ({ audit }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const { rows, refersTo, deleted } = contents;
    const isThere = (name: number) => contents.rowsNamed(name).some((row) => deleted[row] === 0);
    const resources: string[] = [];
    const evidence: string[] = [];
    for (let row = 0; row < rows; row += 1) {
      const target = refersTo[row] as number;
      if (Number.isNaN(target) || deleted[row] === 1 || isThere(target)) continue;
      resources.push(contents.resourceAt(row));
      evidence.push(`${contents.resourceAt(row)} of ${contents.writeAt(row)} refers to ${contents.names.name(target)}`);
    }
    const measures = { dangling: { count: resources.length, resources } };
    if (resources.length > 0)
      return { verdict: "broken", reason: `${resources.length} references lead nowhere`, evidence, measures };
    return { verdict: "holds", reason: "every reference leads to a resource", measures };
  },
};
