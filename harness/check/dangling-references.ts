/**
 * Dangling: a resource of the serving side refers to one that is not there. Databases that apply changes without
 * checking them, as a follower does, can hold such rows.
 */
import type { Checker } from "./checker.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const danglingReferences: Checker = {
  name: "dangling-references",
  check: ({ audit }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const wanted = new Set<number>();
    for (let row = 0; row < contents.rows; row += 1) {
      const target = contents.refersTo[row] as number;
      if (!Number.isNaN(target)) wanted.add(target);
    }
    const there = new Set<number>();
    if (wanted.size > 0)
      for (let row = 0; row < contents.rows; row += 1)
        if (contents.deleted[row] === 0 && wanted.has(contents.name[row] as number))
          there.add(contents.name[row] as number);
    const resources: string[] = [];
    const evidence: string[] = [];
    for (let row = 0; row < contents.rows; row += 1) {
      const target = contents.refersTo[row] as number;
      if (Number.isNaN(target) || contents.deleted[row] === 1 || there.has(target)) continue;
      resources.push(contents.resourceAt(row));
      evidence.push(`${contents.resourceAt(row)} of ${contents.writeAt(row)} refers to ${contents.names.name(target)}`);
    }
    const measures = { dangling: { count: resources.length, resources } };
    if (resources.length > 0)
      return { verdict: "broken", reason: `${resources.length} references lead nowhere`, evidence, measures };
    return { verdict: "holds", reason: "every reference leads to a resource", measures };
  },
};
