/**
 * Unexpected: a resource stands on the serving side under a write that was never sent (S \ A). Somebody else wrote, or
 * content was mangled so that it names a write that does not exist. A ledger that is not whole cannot tell.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: the ledger is not whole; or what the serving side holds is not known.
 * Not examined: only FHIR was asked, and a server that cannot be searched by tag does not list what is there.
 */
import type { Checker } from "./checker.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const unexpectedWrites: Checker = {
  name: "unexpected-writes",
  needs: HOLDINGS_NEED,
  check: ({ history, audit, ledger, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    if (run.dialect?.tagSearch === false)
      return {
        verdict: "not-examined",
        reason: "its server cannot be searched by tag, so nobody listed what is there",
      };
    if (ledger.torn || ledger.unreadableCount > 0 || run.k6?.iterations !== history.length)
      return { verdict: "inconclusive", reason: "the ledger is not whole, so it cannot say what was never sent" };
    const contents = audit[facts.serving];
    const { rows, n: writers } = contents;
    const { length, n: numbers } = history;
    const sent = new Uint8Array(history.highestN + 1);
    for (let i = 0; i < length; i += 1) sent[numbers[i] as number] = 1;
    const ids = new Set<string>();
    const evidence: string[] = [];
    for (let row = 0; row < rows; row += 1) {
      if (sent[writers[row] as number] === 1) continue;
      if (contents.isFirstVersion(row) || contents.isSeeded(row, run.scenario.start.resources)) continue;
      const write = contents.writeAt(row);
      ids.add(write);
      evidence.push(`${write}: ${contents.resourceAt(row)}, version ${contents.version[row]}`);
    }
    const measures = { unexpected: { count: ids.size, ids: [...ids] } };
    if (ids.size > 0)
      return { verdict: "broken", reason: `${ids.size} writes are there that nobody sent`, evidence, measures };
    return { verdict: "holds", reason: "everything that is there was sent", measures };
  },
};
