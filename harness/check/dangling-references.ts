/**
 * Dangling: a resource of the serving side refers to one that is not there. Databases that apply changes without
 * checking them, as a follower does, can hold such rows.
 *
 * Unit: resources.
 * Broken: there is one.
 * Inconclusive: what the serving side holds is not known.
 */
import { NameTable } from "../model/name-table.ts";
import type { Checker } from "./checker.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

const ABSENT = 0;
const THERE = 1;

export const danglingReferences: Checker = {
  name: "dangling-references",
  check: ({ audit }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const { rows, name, refersTo, deleted } = contents;
    const targets = new NameTable();
    for (let row = 0; row < rows; row += 1) {
      const target = refersTo[row] as number;
      if (!Number.isNaN(target)) targets.set(target, ABSENT);
    }
    for (let row = 0; row < rows && targets.size > 0; row += 1) {
      const code = name[row] as number;
      if (deleted[row] === 0 && targets.get(code) === ABSENT) targets.set(code, THERE);
    }
    const resources: string[] = [];
    const evidence: string[] = [];
    for (let row = 0; row < rows; row += 1) {
      const target = refersTo[row] as number;
      if (Number.isNaN(target) || deleted[row] === 1 || targets.get(target) === THERE) continue;
      resources.push(contents.resourceAt(row));
      evidence.push(`${contents.resourceAt(row)} of ${contents.writeAt(row)} refers to ${contents.names.name(target)}`);
    }
    const measures = { dangling: { count: resources.length, resources } };
    if (resources.length > 0)
      return { verdict: "broken", reason: `${resources.length} references lead nowhere`, evidence, measures };
    return { verdict: "holds", reason: "every reference leads to a resource", measures };
  },
};
