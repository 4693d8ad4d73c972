/**
 * Hidden: an acknowledged write that is not given to whoever asks for what changed since the newest time they have seen
 * (`_lastUpdated=gt…`, `_since`), as exports, caches and subscribers that poll do. Its `meta.lastUpdated`, by the clock of
 * the server that took it, is earlier than that of a write that had been acknowledged before it was sent. So it is when
 * the side that takes over has a clock that is slow, until that clock has caught up. `maxMs` is the most by which one is
 * too early.
 *
 * A measure: nothing is lost, and whether anybody reads so, only the users know. But in a lab, whose clocks are known, a
 * version that was made after its acknowledgement was not what its client was told of (`made-late.ts`).
 *
 * Unit: writes; milliseconds.
 * Inconclusive: in a lab one was made too late, or nobody wrote down when; or what the serving side holds is not known.
 * Not examined: the audit did not write down when versions were made.
 * No objective: always else.
 */
import { Column } from "../model/columns/column.ts";
import type { Contents } from "../model/columns/contents.ts";
import { type History, OK } from "../model/columns/history.ts";
import type { Checker } from "./checker.ts";
import { madeLate } from "./made-late.ts";
import { WHOLE } from "./survivors.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const hiddenUpdates: Checker = {
  name: "hidden-updates",
  needs: HOLDINGS_NEED,
  needsTimes: true,
  check: (record, facts) => {
    const { history, audit } = record;
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const late = madeLate(record, facts);
    if (late !== null) return { verdict: "inconclusive", ...late };
    const { fates } = facts.holdings.serving;
    const earliest = earliestOf(history, fates, audit[facts.serving]);
    const byAck = answered(history, earliest);
    if (byAck.length === 0)
      return { verdict: "not-examined", reason: "no audit wrote down when the acknowledged versions were made" };
    const ids: string[] = [];
    const evidence: string[] = [];
    let [next, seenMs, maxMs] = [0, Number.NEGATIVE_INFINITY, 0];
    for (let i = 0; i < history.length; i += 1) {
      const sentMs = history.invokedMs[i] as number;
      for (; next < byAck.length && (history.completedMs[byAck[next] as number] as number) < sentMs; next += 1)
        seenMs = Math.max(seenMs, earliest[byAck[next] as number] as number);
      const earlyMs = seenMs - (earliest[i] as number);
      if (!(earlyMs > 0)) continue;
      ids.push(history.idAt(i));
      evidence.push(`${history.idAt(i)}: made ${(earlyMs / 1000).toFixed(3)} s before what could be read already`);
      maxMs = Math.max(maxMs, earlyMs);
    }
    const most = ids.length > 0 ? `, the worst by ${(maxMs / 1000).toFixed(3)} s` : "";
    const reason = `${ids.length} of ${byAck.length} writes look older than what could be read before they were sent${most}`;
    return { verdict: "no-objective", reason, evidence, measures: { hidden: { count: ids.length, ids, maxMs } } };
  },
};

/** When each acknowledged write was made, by its first version; NaN for all others. */
function earliestOf({ length, outcome, n }: History, fates: Uint8Array, contents: Contents): Float64Array {
  const { rowBefore, updatedMs } = contents;
  const earliest = new Float64Array(length).fill(Number.NaN);
  for (let i = 0; i < length; i += 1) {
    if (outcome[i] !== OK || fates[i] !== WHOLE) continue;
    for (let row = contents.lastRowOf(n[i] as number); row >= 0; row = rowBefore[row] as number) {
      const madeMs = updatedMs[row] as number;
      if (!(madeMs >= (earliest[i] as number))) earliest[i] = madeMs;
    }
  }
  return earliest;
}

/** Those of which it is known, in the order in which they were acknowledged. */
function answered({ length, completedMs }: History, earliest: Float64Array): Uint32Array {
  const known = new Column(Uint32Array);
  for (let i = 0; i < length; i += 1) if (!Number.isNaN(earliest[i])) known.push(i);
  return known.values.subarray(0, known.length).sort((x, y) => (completedMs[x] as number) - (completedMs[y] as number));
}
