/**
 * Lost: acknowledged, and not served by the site that serves at the end (K \ S); also a write that was answered with
 * 2xx by an answer that names too little, and of which nothing, or only a part, exists.
 * Stranded: lost, but it can still be brought back by hand: the old primary holds it at the end, or it was saved with
 * its content before that was overwritten; the other lost writes are gone. How many are stranded is not known if it is
 * not known what the old primary holds, or held when it came back.
 * Could have been saved: gone, and named by the old primary's log when it came back. It excuses nothing.
 * Tail: lost writes acknowledged after the newest surviving write of the old primary.
 * Holes: lost writes acknowledged before it.
 *
 * Unit: writes.
 * Broken: more are lost than the objective `lostWrites` allows; any, if no disaster was planned.
 * Inconclusive: no write was acknowledged, so none could be lost; or what the serving site holds is not known.
 */

import { type History, OK } from "../model/columns/history.ts";
import { placeInLedger } from "../model/load/runners.ts";
import { failsOverByItself } from "../model/plan/config.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Checker } from "./checker.ts";
import type { Facts } from "./facts.ts";
import { savableOf } from "./savable.ts";
import { strandedOf } from "./stranded.ts";
import { WHOLE } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const lostWrites: Checker = {
  name: "lost-writes",
  needs: HOLDINGS_NEED,
  check: (record, facts) => {
    const { history, run } = record;
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const acknowledged = countDone(history);
    if (acknowledged === 0)
      return { verdict: "inconclusive", reason: "no write was acknowledged, so none could be lost" };
    const lost = lostOf(history, facts);
    const ackMs = (i: number) => history.completedMs[i] as number;
    const { unknown: notKnown, isStranded } = strandedOf(record, facts);
    const stranded = lost.filter(isStranded);
    const gone = notKnown ?? lost.filter((i) => !isStranded(i));
    const newestSurvivorMs = newestOfOldPrimary(record, facts);
    const holes = lost.filter((i) => ackMs(i) <= newestSurvivorMs).length;
    const idsOf = (list: readonly number[]) => list.map((i) => history.idAt(i));
    const measures = {
      lost: {
        count: lost.length,
        ids: idsOf(lost),
        oldestAckMs: lost[0] === undefined ? null : ackMs(lost[0]),
        tail: lost.length - holes,
        holes,
      },
      stranded: notKnown === null ? { count: stranded.length, ids: idsOf(stranded) } : { count: null, ids: [] },
      savable: savableOf(record, facts, gone),
    };
    // A planned change with both sites up excuses no loss.
    const allowed = run.scenario.disaster === null ? 0 : run.config.objectives.lostWrites;
    const what = `${lost.length} of ${acknowledged} acknowledged writes are not on ${facts.serving.toUpperCase()}`;
    const evidence = lost.map((i) => {
      const { write, servedBy, ...rest } = history.at(i);
      return `${write}: acknowledged by ${servedBy || "?"} at ${(ackMs(i) / 1000).toFixed(3)} s, ${placeInLedger(rest)}`;
    });
    if (allowed !== null && lost.length > allowed)
      return { verdict: "broken", reason: `${what}; the objective allows ${allowed}`, evidence, measures };
    const bound = allowed === null ? "the RPO limits their age" : `${allowed} are allowed`;
    return { verdict: "holds", reason: lost.length > 0 ? `${what}; ${bound}` : what, evidence, measures };
  },
};

/** The lost writes in the order of acknowledgement. */
export function lostOf(history: History, facts: Facts): number[] {
  const { length, completedMs } = history;
  const { fates } = facts.holdings.serving;
  const lost: number[] = [];
  for (let i = 0; i < length; i += 1) if (fates[i] !== WHOLE && history.wasToldDone(i)) lost.push(i);
  return lost.sort((x, y) => (completedMs[x] as number) - (completedMs[y] as number));
}

/** Counts the writes whose client got a 2xx. */
function countDone(history: History): number {
  let count = 0;
  for (let i = 0; i < history.length; i += 1) if (history.wasToldDone(i)) count += 1;
  return count;
}

/** When the newest surviving write was acknowledged that only the old primary can have taken. */
function newestOfOldPrimary({ history, run }: RunRecord, facts: Facts): number {
  const { fates } = facts.holdings.serving;
  const { latched: routed, promoted } = facts.operator;
  const hasRoute = run.config.proxy === "latched";
  const { length, outcome, completedMs } = history;
  let newestMs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i += 1) {
    const ackMs = completedMs[i] as number;
    if (outcome[i] !== OK || fates[i] !== WHOLE || ackMs <= newestMs) continue;
    if (failsOverByItself(run.config)) {
      // Either server may have acknowledged it: what counts is which site was the primary at the time.
      if (!promoted || ackMs < promoted.atMs - promoted.tookMs) newestMs = ackMs;
      continue;
    }
    // If the operator does not route the proxy, only the acknowledging server tells the sites apart.
    if (!hasRoute && history.servedByAt(i) === facts.serving) continue;
    // The operator's timestamp follows the route by some milliseconds, in which the other site may already acknowledge.
    if (!routed || (ackMs < routed.atMs && history.servedByAt(i) !== routed.side)) newestMs = ackMs;
  }
  return newestMs;
}
