/**
 * Duplicated: a write that stands on more resources of the serving side than it has. It was carried out again: because
 * somebody between client and database sent it again, or the client itself, who was told of no acknowledgement and by its
 * configuration tries again. Whoever it was, people have it twice.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: what the serving side holds is not known.
 */
import { SIZES } from "../model/write.ts";
import type { Checker } from "./checker.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const duplicatedWrites: Checker = {
  name: "duplicated-writes",
  check: ({ history, audit }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const ids: string[] = [];
    const evidence: string[] = [];
    const { length, kind, n: numbers } = history;
    for (let i = 0; i < length; i += 1) {
      const size = SIZES[kind[i] as number] as number;
      const n = numbers[i] as number;
      if (contents.countOf(n) <= size) continue;
      const names = new Set(
        contents
          .rowsOf(n)
          .filter((row) => contents.deleted[row] === 0)
          .map((row) => contents.resourceAt(row)),
      );
      if (names.size <= size) continue;
      ids.push(history.idAt(i));
      evidence.push(`${history.idAt(i)}: ${[...names].join(", ")}`);
    }
    const measures = { duplicated: { count: ids.length, ids } };
    if (ids.length > 0)
      return { verdict: "broken", reason: `${ids.length} writes are there more than once`, evidence, measures };
    return { verdict: "holds", reason: "no write is there more than once", measures };
  },
};
