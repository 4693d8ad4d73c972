/**
 * Recorded answers: what k6 recorded, checked for contradictions. An answer that names what it stored was a success. A
 * success was sent, and came while its client waited for it. An update that succeeded had read its register, after it
 * was begun and before it was answered; nothing but an update reads. An answer has an HTTP status, or none.
 */

import { FAIL, OK } from "../model/columns/history.ts";
import { placeInLedger } from "../model/load/runners.ts";
import { WRITE_KINDS } from "../model/load/write.ts";
import type { RunRecord } from "../model/record/record.ts";

const UPDATE = WRITE_KINDS.indexOf("update");
/**
 * All attempts of a write, and the read before an update, share one timeout. A generator that gets no processor
 * timestamps an answer a little late.
 */
const LATE_MS = 2000;

/** The first answer of each kind that contradicts itself, one sentence each. */
export function wrongAnswers({ history, run }: RunRecord): string[] {
  const { length, status, outcome, kind, invokedMs, completedMs } = history;
  const { timeoutSeconds } = run.scenario.load;
  const waitedMs = timeoutSeconds * 1000 + LATE_MS;
  const wrong = new Map<string, number>();
  const blame = (what: string, i: number) => void (wrong.has(what) || wrong.set(what, i));
  for (let i = 0; i < length; i += 1) {
    const code = status[i] as number;
    const isSuccess = code >= 200 && code < 300;
    if (code !== 0 && (code < 100 || code > 599)) blame(`has the status ${code}, which does not exist`, i);
    if (!isSuccess && history.storedFrom(i + 1) > history.storedFrom(i))
      blame("names what was stored, but is no success", i);
    if (isSuccess && outcome[i] === FAIL) blame("is a success of a write that was never sent", i);
    if (isSuccess && (completedMs[i] as number) - (invokedMs[i] as number) > waitedMs)
      blame(`is a success after more than the ${timeoutSeconds} s for which a client waits`, i);
    const read = history.readAt(i);
    if (read === null) {
      if (kind[i] === UPDATE && outcome[i] === OK) blame("is of an update that did not read its register", i);
      continue;
    }
    if (kind[i] !== UPDATE) blame("has a read, but only updates read", i);
    // A write that was never answered has NaN here.
    const isInTime = read.sentMs >= (invokedMs[i] as number) && read.doneMs >= read.sentMs;
    if (!isInTime || read.doneMs > (completedMs[i] as number))
      blame("is of an update that did not read between its sending and its answer", i);
  }
  return [...wrong].map(([what, i]) => `the answer to ${history.idAt(i)}, ${placeInLedger(history.at(i))}, ${what}`);
}
