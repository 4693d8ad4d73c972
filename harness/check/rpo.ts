/**
 * RPO measured: how many acknowledged writes the disaster cost, and how long before the fault the oldest of them had
 * been acknowledged. The instant of the fault is the later end of its injection, which makes the figure longer, not
 * shorter. With nothing lost the time is 0; with an unknown number of losses it is unknown.
 *
 * The time does not cover writes that were acknowledged after the fault and lost, as in a split brain, or when a site
 * was given up that still served. They are counted separately (`afterFault`). No objective in seconds excuses them,
 * only `lostWrites`, if it allows as many as are lost. If nothing else was lost, there is no time.
 *
 * Later: lost writes that were acknowledged when the disaster's own failover was over. Something else cost them: they
 * are not in the count, and excused only in the same way.
 *
 * Unit: seconds, and writes.
 * Broken: the time is above the objective `rpoSeconds`; if that is 0, a single lost write is enough. Or writes
 * acknowledged after the fault are lost, and the objective `lostWrites` does not allow it.
 * Inconclusive: the fault was never injected, or no write was acknowledged; or what the serving site holds is not
 * known; or k6's clock cannot be mapped to the drill's.
 * No objective: no disaster was planned.
 */
import { OK } from "../model/columns/history.ts";
import type { Checker } from "./checker.ts";
import { failedOverMs } from "./failovers.ts";
import { lostOf } from "./lost-writes.ts";
import { NO_DISASTER } from "./no-disaster.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";
import { whyUntimed } from "./untimed.ts";

export const rpo: Checker = {
  name: "rpo",
  needs: HOLDINGS_NEED,
  check: (record, facts) => {
    const { history, run, events } = record;
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    if (history.count(OK) === 0) return { verdict: "inconclusive", reason: "no write was acknowledged" };
    if (run.scenario.disaster === null) return NO_DISASTER;
    if (facts.disaster === null) return { verdict: "inconclusive", reason: "the fault was never injected" };
    const lost = lostOf(history, facts);
    const { rpoSeconds, lostWrites } = run.config.objectives;
    const untimed = whyUntimed(record);
    if (untimed !== null) {
      const measures = { rpo: { count: lost.length, seconds: null, afterFault: null, later: null } };
      // A lost write that is not older than the fault has an RPO of 0 s, and is still lost.
      const verdict = rpoSeconds === 0 && lost.length > 0 ? "broken" : "inconclusive";
      return { verdict, reason: `${lost.length} acknowledged writes are lost; ${untimed}`, measures };
    }
    const acksMs = lost.map((i) => history.completedMs[i] as number);
    const { beganMs, injectedMs } = facts.disaster;
    const overMs = failedOverMs(events, beganMs) ?? Number.POSITIVE_INFINITY;
    const own = acksMs.filter((ms) => ms <= overMs);
    const before = own.filter((ms) => ms <= injectedMs + (run.clock?.errorMs ?? 0));
    const [count, afterFault, later] = [own.length, own.length - before.length, lost.length - own.length];
    const oldestMs = before[0];
    const seconds = oldestMs !== undefined ? Math.max(0, injectedMs - oldestMs) / 1000 : lost.length === 0 ? 0 : null;
    const what = [
      ...(lost.length === 0 ? ["no acknowledged write is missing"] : []),
      ...(oldestMs === undefined
        ? []
        : [`the oldest lost write was acknowledged ${seconds?.toFixed(3)} s before the fault`]),
      ...(afterFault === 0
        ? []
        : [`${afterFault} lost writes were acknowledged after the fault, which an RPO in seconds does not cover`]),
      ...(later === 0 ? [] : [`${later} more lost writes were acknowledged after the disaster's own failover`]),
    ];
    const isAllowed = lostWrites !== null && lost.length <= lostWrites;
    const missed =
      (seconds ?? 0) > rpoSeconds || (rpoSeconds === 0 && lost.length > 0) || (afterFault + later > 0 && !isAllowed);
    return {
      verdict: missed ? "broken" : "holds",
      reason: `${what.join("; ")}; the objective is ${rpoSeconds} s`,
      measures: { rpo: { count, seconds, afterFault, later } },
    };
  },
};
