/**
 * Told answers: what k6 was told, held against itself. An answer that names what it stored was a success, and a success was
 * sent, and came while its client waited for it; an update that succeeded had read its register before, after it was begun and
 * before it was answered, and nothing but an update reads; and an answer has a status of HTTP, or none.
 */

import { FAIL, OK } from "../model/columns/history.ts";
import { placeInLedger } from "../model/load/runners.ts";
import { WRITE_KINDS } from "../model/load/write.ts";
import type { RunRecord } from "../model/record/record.ts";

const UPDATE = WRITE_KINDS.indexOf("update");
/**
 * All attempts of a write share its one timeout, with what an update reads before. A generator that gets no processor stamps
 * an answer a little later than it came.
 */
const LATE_MS = 2000;

/** The first answer of each sort that contradicts itself, in a sentence. */
export function wrongAnswers({ history, run }: RunRecord): string[] {
  const { length, status, outcome, kind, invokedMs, completedMs } = history;
  const { timeoutSeconds } = run.scenario.load;
  const waitedMs = timeoutSeconds * 1000 + LATE_MS;
  const wrong = new Map<string, number>();
  const blame = (what: string, i: number) => void (wrong.has(what) || wrong.set(what, i));
  for (let i = 0; i < length; i += 1) {
    const code = status[i] as number;
    const isSuccess = code >= 200 && code < 300;
    if (code !== 0 && (code < 100 || code > 599)) blame(`has the status ${code}, which there is not`, i);
    if (!isSuccess && history.storedFrom(i + 1) > history.storedFrom(i))
      blame("names what was stored, and is no success", i);
    if (isSuccess && outcome[i] === FAIL) blame("is a success of a write that was never sent", i);
    if (isSuccess && (completedMs[i] as number) - (invokedMs[i] as number) > waitedMs)
      blame(`is a success after more than the ${timeoutSeconds} s for which a client waits`, i);
    const read = history.readAt(i);
    if (read === null) {
      if (kind[i] === UPDATE && outcome[i] === OK) blame("is of an update that read nothing", i);
      continue;
    }
    if (kind[i] !== UPDATE) blame("is of a write that has nothing to read, and read", i);
    // What was never answered has NaN here.
    const isInTime = read.sentMs >= (invokedMs[i] as number) && read.doneMs >= read.sentMs;
    if (!isInTime || read.doneMs > (completedMs[i] as number))
      blame("is of an update that did not read between its sending and its answer", i);
  }
  return [...wrong].map(([what, i]) => `the answer to ${history.idAt(i)}, ${placeInLedger(history.at(i))}, ${what}`);
}
