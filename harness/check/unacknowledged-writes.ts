/**
 * Recovered: a write of unknown outcome that is there (I ∩ S). That is no defect, but clients that retried have it
 * twice.
 * Phantom: a write that counts as a definite failure but is there (F ∩ S). Then the table of outcomes is wrong, and
 * with it every figure of this run.
 *
 * Only a write that survived whole is there. A transaction of which only some resources are there is neither: it is
 * torn.
 *
 * Unit: writes.
 * Inconclusive: there is a phantom; or what the serving site holds is not known.
 */

import { FAIL, INFO } from "../model/columns/history.ts";
import { placeInLedger } from "../model/load/runners.ts";
import type { Checker } from "./checker.ts";
import { WHOLE } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const unacknowledgedWrites: Checker = {
  name: "unacknowledged-writes",
  needs: HOLDINGS_NEED,
  check: ({ history }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const { fates } = facts.holdings.serving;
    let recovered = 0;
    const phantom: number[] = [];
    const { length, outcome } = history;
    for (let i = 0; i < length; i += 1) {
      if (fates[i] !== WHOLE) continue;
      if (outcome[i] === INFO) recovered += 1;
      if (outcome[i] === FAIL) phantom.push(i);
    }
    const ids = phantom.map((i) => history.idAt(i));
    const measures = { recovered: { count: recovered }, phantom: { count: ids.length, ids } };
    if (phantom.length > 0) {
      const reason = `${phantom.length} writes that count as failed did happen`;
      const evidence = phantom.map((i) => {
        const { write, reason, ...rest } = history.at(i);
        return `${write}: ${reason}, ${placeInLedger(rest)}`;
      });
      return { verdict: "inconclusive", reason, evidence, measures };
    }
    return {
      verdict: "holds",
      reason: `${recovered} of ${history.count(INFO)} writes of unknown outcome did happen`,
      measures,
    };
  },
};
