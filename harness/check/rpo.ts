/**
 * RPO measured: how many acknowledged writes were lost, and how long before the fault the oldest of them had been
 * acknowledged. The instant of the fault is the later end of its injection, which makes the figure longer, not shorter.
 * With nothing lost the time is 0; with an unknown number of losses it is unknown.
 */
import type { Checker } from "./checker.ts";
import { lostWrites } from "./lost-writes.ts";

export const rpo: Checker = {
  name: "rpo",
  check: (record, facts) => {
    const lost = lostWrites.check(record, facts).measures?.lost;
    if (!lost || lost.count === null)
      return { verdict: "inconclusive", reason: "how many writes were lost is not known" };
    if (facts.disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
    const seconds = lost.oldestAckMs === null ? 0 : Math.max(0, (facts.disaster.injectedMs - lost.oldestAckMs) / 1000);
    const objective = record.run.config.objectives.rpoSeconds;
    // A write acknowledged at the very instant of the fault and lost is 0 s old, and still lost.
    const missed = seconds > objective || (objective === 0 && lost.count > 0);
    const measures = { rpo: { count: lost.count, seconds } };
    const what =
      lost.count === 0
        ? "nothing that was acknowledged is missing"
        : `the oldest lost write was acknowledged ${seconds.toFixed(3)} s before the fault`;
    return {
      verdict: missed ? "broken" : "holds",
      reason: `${what}; the objective is ${objective} s`,
      measures,
    };
  },
};
