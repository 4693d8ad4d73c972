/**
 * Downtime: the union of the times in which scheduled writes were not acknowledged.
 *
 * Two things count. (1) A run of writes, in the order of sending, that were not acknowledged: from the sending of the
 * first until one is sent that was, and then until any acknowledgement comes. If answers take seconds that is not the
 * answer to the one sent; otherwise one failed write among many would count as seconds of downtime. (2) Silence: a
 * second or more without an acknowledgement although writes were waiting, even if all of them were acknowledged in the
 * end; a proxy that holds requests back until the other site is up would otherwise hide the outage. An interval that is
 * open at the end of the load is closed there, and the figure is then only a lower bound.
 *
 * A write that was answered with 429 neither begins a run nor ends one: the service was up and refused it. `throttled`
 * judges how many such writes are acceptable.
 *
 * The resolution is one interval between writes. No objective is set on downtime itself: availability and RTO have
 * theirs.
 *
 * Unit: seconds.
 * Inconclusive: it had not ended when the load did; or there is no baseline, or no write at all.
 * No objective: it had ended, however long it was.
 */
import { type History, OK } from "../model/columns/history.ts";
import { TOO_MANY_REQUESTS } from "../model/load/ledger.ts";
import { type Interval, totalMs, union } from "../stats/intervals.ts";
import type { Checker } from "./checker.ts";
import { baselineBeganMs, countBelow, type Facts } from "./facts.ts";

export const SILENCE_MS = 1000;

export const downtime: Checker = {
  name: "downtime",
  needsTimes: true,
  check: ({ history, events }, facts) => {
    if (history.length === 0) return { verdict: "inconclusive", reason: "nothing was written" };
    const fromMs = baselineBeganMs(events);
    if (fromMs === undefined) return { verdict: "inconclusive", reason: "the baseline was never reached" };
    const { intervals, censored } = outages(history, facts, fromMs);
    const seconds = totalMs(intervals) / 1000;
    const measures = { downtime: { seconds, censored, intervals } };
    const evidence = intervals.map((i) => `${(i.fromMs / 1000).toFixed(3)} s … ${(i.toMs / 1000).toFixed(3)} s`);
    const what = `nobody could write for ${censored ? "at least " : ""}${seconds.toFixed(3)} s, in ${intervals.length} intervals`;
    if (censored)
      return { verdict: "inconclusive", reason: `${what}; it had not ended when the load did`, evidence, measures };
    const reason = intervals.length === 0 ? "every scheduled write was acknowledged in time" : what;
    return { verdict: "no-objective", reason, evidence, measures };
  },
};

/** Outages of the writes sent at `fromMs` or later. */
export function outages(
  history: Pick<History, "length" | "outcome" | "status" | "invokedMs">,
  { acksMs, loadEndMs }: Pick<Facts, "acksMs" | "loadEndMs">,
  fromMs: number,
): { intervals: Interval[]; censored: boolean } {
  const { length, outcome, status, invokedMs } = history;
  const first = countBelow(invokedMs.subarray(0, length), fromMs);
  if (first === length) return { intervals: [], censored: false };
  const intervals: Interval[] = [];
  let openMs: number | null = null;
  for (let i = first; i < length; i += 1) {
    if (status[i] === TOO_MANY_REQUESTS) continue;
    if (outcome[i] !== OK) openMs ??= invokedMs[i] as number;
    else if (openMs !== null) {
      // Its own acknowledgement, if none comes before.
      const toMs = acksMs[countBelow(acksMs, invokedMs[i] as number)] as number;
      intervals.push({ fromMs: openMs, toMs });
      openMs = null;
    }
  }
  // Not the end of the last write's timeout: no write was sent any more, so nothing is known.
  if (openMs !== null) intervals.push({ fromMs: openMs, toMs: loadEndMs });
  const silent = silences(acksMs, invokedMs[first] as number);
  return { intervals: union([...intervals, ...silent]), censored: openMs !== null };
}

/** Counts from the sending of the first write, which may have waited, too. */
export function silences(acksMs: Float64Array, firstSentMs: number): Interval[] {
  const spans: Interval[] = [];
  let fromMs = firstSentMs;
  for (let k = countBelow(acksMs, firstSentMs); k < acksMs.length; k += 1) {
    const toMs = acksMs[k] as number;
    if (toMs - fromMs >= SILENCE_MS) spans.push({ fromMs, toMs });
    fromMs = toMs;
  }
  return spans;
}
