/**
 * Unexpected: the serving site holds a resource of a write that was never sent (S \ A). Somebody else wrote, or
 * content was corrupted so that it names a write that does not exist. An incomplete ledger cannot tell.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: the ledger is incomplete; or what the serving site holds is not known.
 * Not examined: only FHIR was asked, and the server cannot be searched by tag, so it does not list what is there.
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
        reason: "its server cannot be searched by tag, so what is there was not listed",
      };
    if (ledger.torn || ledger.unreadableCount > 0 || run.k6?.iterations !== history.length)
      return { verdict: "inconclusive", reason: "the ledger is incomplete, so it cannot show what was never sent" };
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
      return { verdict: "broken", reason: `${ids.size} writes are there that were never sent`, evidence, measures };
    return { verdict: "holds", reason: "everything that is there was sent", measures };
  },
};
