/**
 * Availability from the beginning of the baseline to the end of the load, as a share of 1. By time: the share that is
 * not downtime. By count: the share of scheduled writes that were acknowledged; writes that k6 dropped count as not
 * acknowledged.
 *
 * Error budget: a promise of 99.9 % over 30 days leaves 0.1 % of that time, and of the writes sent in it at the load's
 * mean rate, to failures. Budget spent is the share of it that this one run used up, by time and by count; above 1,
 * this one outage alone broke the promise of the whole period.
 *
 * Unit: shares of 1.
 * Broken: more than the whole error budget is spent, by time or by count.
 * Inconclusive: nothing was written from the baseline on; or an availability is promised, and the outage had not ended
 * when the load did, with budget left.
 * No objective: the configuration promises no availability.
 */
import { OK } from "../model/columns/history.ts";
import { totalMs } from "../stats/intervals.ts";
import type { Checker } from "./checker.ts";
import { outages } from "./downtime.ts";
import { baselineBeganMs, countBelow } from "./facts.ts";
import { paceOf } from "./pace.ts";

const SECONDS_A_DAY = 24 * 60 * 60;

export const availability: Checker = {
  name: "availability",
  needsTimes: true,
  check: ({ history, events, run }, facts) => {
    const { length, invokedMs, outcome } = history;
    const fromMs = baselineBeganMs(events) ?? Number.POSITIVE_INFINITY;
    if (facts.loadEndMs <= fromMs)
      return { verdict: "inconclusive", reason: "nothing was written from the baseline on" };
    const { intervals, censored } = outages(history, facts, fromMs);
    const downSeconds = totalMs(intervals) / 1000;
    const first = countBelow(invokedMs.subarray(0, length), fromMs);
    const sent = outcome.subarray(first, length);
    const dropped = run.k6?.droppedIterations ?? 0;
    const missed = dropped + sent.filter((each) => each !== OK).length;
    const byTime = Math.max(0, 1 - downSeconds / ((facts.loadEndMs - fromMs) / 1000));
    const byCount = 1 - missed / (sent.length + dropped);
    const percent = (share: number) => `${(share * 100).toFixed(3)} %`;
    const what = `${percent(byTime)} of the time, ${percent(byCount)} of the writes`;
    const promised = run.config.objectives.availability;
    if (promised === null) {
      const measures = { availability: { byTime, byCount, budgetByTime: null, budgetByCount: null } };
      return { verdict: "no-objective", reason: what, measures };
    }
    const allowedSeconds = (1 - promised.share) * promised.periodDays * SECONDS_A_DAY;
    const pace = paceOf({ run, history })(fromMs, facts.loadEndMs);
    const budgetByTime = downSeconds / allowedSeconds;
    const budgetByCount = missed / (allowedSeconds * run.scenario.load.ratePerSecond * pace);
    const measures = { availability: { byTime, byCount, budgetByTime, budgetByCount } };
    const spent = `${what}; of the error budget of ${promised.periodDays} days, ${percent(budgetByTime)} by time and ${percent(budgetByCount)} by count`;
    if (Math.max(budgetByTime, budgetByCount) > 1) return { verdict: "broken", reason: spent, measures, isLate: true };
    if (censored) return { verdict: "inconclusive", reason: `${spent}, and the outage had not ended`, measures };
    return { verdict: "holds", reason: spent, measures };
  },
};
