/**
 * Torn: a transaction bundle of which the serving site holds only some resources. A transaction is there whole or not
 * at all, whether or not it was acknowledged, and no objective says otherwise; an acknowledged one counts as lost as
 * well.
 *
 * Unit: writes, each of them a transaction.
 * Broken: there is one.
 * Inconclusive: what the serving site holds is not known.
 */
import { placeInLedger } from "../model/load/runners.ts";
import type { Checker } from "./checker.ts";
import { TORN } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const tornBundles: Checker = {
  name: "torn-bundles",
  needs: HOLDINGS_NEED,
  check: ({ history }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const { fates } = facts.holdings.serving;
    const ids: string[] = [];
    const evidence: string[] = [];
    for (let i = 0; i < history.length; i += 1) {
      if (fates[i] !== TORN) continue;
      const { write, outcome, ...rest } = history.at(i);
      ids.push(write);
      evidence.push(`${write}: ${outcome}, ${placeInLedger(rest)}`);
    }
    const measures = { torn: { count: ids.length, ids } };
    if (ids.length > 0)
      return { verdict: "broken", reason: `${ids.length} transactions are there only partly`, evidence, measures };
    return { verdict: "holds", reason: "every transaction is there whole or not at all", measures };
  },
};
