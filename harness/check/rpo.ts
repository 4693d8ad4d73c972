/**
 * RPO measured: how many acknowledged writes were lost, and how long before the fault the oldest of them had been
 * acknowledged. The instant of the fault is the later end of its injection, which makes the figure longer, not shorter.
 * With nothing lost the time is 0; with an unknown number of losses it is unknown.
 */
import { OK } from "../model/history.ts";
import type { Checker } from "./checker.ts";
import { lostOf } from "./lost-writes.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const rpo: Checker = {
  name: "rpo",
  check: ({ history, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    if (history.count(OK) === 0) return { verdict: "inconclusive", reason: "no write was acknowledged" };
    if (facts.disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
    const lost = lostOf(history, facts);
    const oldest = lost[0];
    const ageMs = oldest === undefined ? 0 : facts.disaster.injectedMs - (history.completedMs[oldest] as number);
    const seconds = Math.max(0, ageMs / 1000);
    const objective = run.config.objectives.rpoSeconds;
    // A write acknowledged at the very instant of the fault and lost is 0 s old, and still lost.
    const missed = seconds > objective || (objective === 0 && lost.length > 0);
    const what =
      lost.length === 0
        ? "nothing that was acknowledged is missing"
        : `the oldest lost write was acknowledged ${seconds.toFixed(3)} s before the fault`;
    return {
      verdict: missed ? "broken" : "holds",
      reason: `${what}; the objective is ${objective} s`,
      measures: { rpo: { count: lost.length, seconds } },
    };
  },
};
