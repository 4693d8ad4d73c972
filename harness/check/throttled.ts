/**
 * Throttled: a write that was answered with 429. The service refused it before doing anything, because it had more
 * work than it accepts, or than this client may ask for. That is no downtime; but the write was not acknowledged
 * either, and among many of them an outage cannot be told apart. Writes sent from the baseline on are counted.
 *
 * Unit: writes, a share of 1, and seconds: the longest time in which every answer was a 429, from the first of them to
 * the last.
 * Inconclusive: more than 1 % of the writes were throttled; or every answer was a 429 for a second or longer.
 * No objective: none was.
 */
import type { History } from "../model/columns/history.ts";
import { TOO_MANY_REQUESTS } from "../model/load/ledger.ts";
import { percent, seconds } from "../model/verdict/told.ts";
import type { Checker } from "./checker.ts";
import { baselineBeganMs, countBelow } from "./facts.ts";
import { answersInOrder } from "./in-order.ts";

const MOST_SHARE = 0.01;
const MOST_MS = 1000;

export const throttled: Checker = {
  name: "throttled",
  needsTimes: true,
  check: ({ history, events }) => {
    const fromMs = baselineBeganMs(events) ?? Number.NEGATIVE_INFINITY;
    const first = countBelow(history.invokedMs.subarray(0, history.length), fromMs);
    let count = 0;
    for (let i = first; i < history.length; i += 1) if (history.status[i] === TOO_MANY_REQUESTS) count += 1;
    if (count === 0) {
      const measures = { throttled: { count, share: 0, longestSeconds: 0 } };
      return { verdict: "no-objective", reason: "no write was answered with 429", measures };
    }
    const share = count / (history.length - first);
    const longestMs = longestThrottledMs(history, fromMs);
    const measures = { throttled: { count, share, longestSeconds: longestMs / 1000 } };
    const reason = `${count} writes were answered with 429, ${percent(share)} of those from the baseline on`;
    if (longestMs >= MOST_MS) {
      const all = `for ${seconds(longestMs / 1000)} every answer was one, so it is not known whether the service was up`;
      return { verdict: "inconclusive", reason: `${reason}; ${all}`, measures };
    }
    if (share > MOST_SHARE)
      return { verdict: "inconclusive", reason: `${reason}, too many to tell them from an outage`, measures };
    return { verdict: "holds", reason, measures };
  },
};

function longestThrottledMs(history: History, fromMs: number): number {
  const { status, completedMs } = history;
  let longestMs = 0;
  let sinceMs: number | null = null;
  for (const i of answersInOrder(history, fromMs)) {
    const atMs = completedMs[i] as number;
    sinceMs = status[i] === TOO_MANY_REQUESTS ? (sinceMs ?? atMs) : null;
    if (sinceMs !== null) longestMs = Math.max(longestMs, atMs - sinceMs);
  }
  return longestMs;
}
