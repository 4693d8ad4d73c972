/**
 * Still failing: writes that failed although service was back. Fewer than 5 % are no outage (`away`), but a service in
 * which they go on is not what it was: one of its servers may refuse what it is sent, or some clients may be locked
 * out. A write fails if it is not acknowledged and was not answered with 429; a slow one does not.
 *
 * Writes are still failing where, of any 500 in a row that were sent after RTO's end and in no outage, the share that
 * failed exceeds that of the baseline by more than 1 % of the writes; if fewer were sent, of all of them. Fewer than
 * five failures show nothing. The baseline's share counts the writes that were answered in it, and sent in no outage.
 */
import { type History, OK } from "../model/columns/history.ts";
import { TOO_MANY_REQUESTS } from "../model/load/ledger.ts";
import type { Interval } from "../stats/intervals.ts";
import { type Baseline, countBelow } from "./facts.ts";
import { isOutage, type Recovery } from "./recovery.ts";

const MORE_SHARE = 0.01;
const FEWEST = 5;
const IN_A_ROW = FEWEST / MORE_SHARE;

export interface Failing {
  count: number;
  /** When the last of them was sent. */
  lastMs: number;
}

/** `null` if no more failed than may, or service was never back. */
export function failingAfter(recovery: Recovery, history: History, baseline: Baseline): Failing | null {
  const { fromMs, backMs, wasAway, before, earlier, later } = recovery;
  if (backMs === null) return null;
  const own = wasAway ? [{ fromMs, toMs: backMs }] : [];
  const outages = [...before, ...earlier, ...own, ...later.filter(isOutage)];
  const sent = sentSince(history, baseline.fromMs, outages);
  const usual = sent.filter((i) => (history.completedMs[i] as number) < baseline.toMs);
  const usualShare = usual.filter((i) => isFailed(history, i)).length / Math.max(1, usual.length);
  const after = sent.filter((i) => (history.invokedMs[i] as number) >= backMs);
  const window = Math.min(IN_A_ROW, after.length);
  const allowed = Math.max(FEWEST - 1, Math.floor((usualShare + MORE_SHARE) * window));
  const failed = after.flatMap((i, place) => (isFailed(history, i) ? [place] : []));
  let count = 0;
  // Of the failures, the last one that counts.
  let last = -1;
  for (let k = 0; k + allowed < failed.length; k += 1) {
    if ((failed[k + allowed] as number) - (failed[k] as number) >= window) continue;
    count += k + allowed - Math.max(last, k - 1);
    last = k + allowed;
  }
  if (count === 0) return null;
  return { count, lastMs: history.invokedMs[after[failed[last] as number] as number] as number };
}

/** Places in the history of the writes sent since then and in no outage. */
function sentSince({ length, invokedMs }: History, fromMs: number, outages: readonly Interval[]): number[] {
  const places: number[] = [];
  for (let i = countBelow(invokedMs.subarray(0, length), fromMs); i < length; i += 1) {
    const sentMs = invokedMs[i] as number;
    if (!outages.some((span) => span.fromMs <= sentMs && sentMs <= span.toMs)) places.push(i);
  }
  return places;
}

function isFailed({ outcome, status }: History, i: number): boolean {
  return outcome[i] !== OK && status[i] !== TOO_MANY_REQUESTS;
}
