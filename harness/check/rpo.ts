/**
 * RPO measured: how many acknowledged writes were lost, and over how long: from the acknowledgement of the oldest of them
 * to the fault; or to that of the newest, when some were acknowledged after the fault, as in a split brain. The instant
 * of the fault is the later end of its injection, which makes the figure longer, not shorter. With nothing lost the time
 * is 0; with an unknown number of losses it is unknown.
 *
 * Unit: seconds, and writes.
 * Broken: the time is above the objective `rpoSeconds`; where that is 0, a single lost write is enough.
 * Inconclusive: the fault was never injected, or no write was acknowledged; or what the serving side holds is not
 * known.
 * Unasked: no disaster was planned.
 */
import { OK } from "../model/history.ts";
import type { Checker } from "./checker.ts";
import { lostOf } from "./lost-writes.ts";
import { NO_DISASTER } from "./no-disaster.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const rpo: Checker = {
  name: "rpo",
  check: ({ history, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    if (history.count(OK) === 0) return { verdict: "inconclusive", reason: "no write was acknowledged" };
    if (run.scenario.disaster === null) return NO_DISASTER;
    if (facts.disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
    const lost = lostOf(history, facts);
    const [oldestMs, newestMs] = [lost.at(0), lost.at(-1)].map((i) =>
      i === undefined ? null : history.completedMs[i],
    );
    const { injectedMs } = facts.disaster;
    const afterMs = Math.max(0, (newestMs ?? injectedMs) - injectedMs);
    const seconds = (injectedMs + afterMs - (oldestMs ?? injectedMs)) / 1000;
    const objective = run.config.objectives.rpoSeconds;
    // A single lost write takes no time at all when it is not older than the fault, and is still lost.
    const missed = seconds > objective || (objective === 0 && lost.length > 0);
    const what =
      lost.length === 0
        ? "nothing that was acknowledged is missing"
        : afterMs === 0
          ? `the oldest lost write was acknowledged ${seconds.toFixed(3)} s before the fault`
          : `lost writes were acknowledged over ${seconds.toFixed(3)} s, the last ${(afterMs / 1000).toFixed(3)} s after the fault`;
    return {
      verdict: missed ? "broken" : "holds",
      reason: `${what}; the objective is ${objective} s`,
      measures: { rpo: { count: lost.length, seconds } },
    };
  },
};
