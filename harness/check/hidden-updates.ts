/**
 * Hidden: an acknowledged write that is not returned to a client that asks for what changed since the newest time it
 * has seen (`_lastUpdated=gt…`, `_since`), as exports, caches and polling subscribers do. Its `meta.lastUpdated`, by
 * the clock of the server that took it, is earlier than that of a write that had been acknowledged before it was sent.
 * This happens when the site that takes over has a slow clock, until that clock has caught up. `maxMs` is the most by
 * which a write is too early.
 *
 * A measure: nothing is lost, and only the users know whether their clients read this way. But in a lab, whose clocks
 * are known, a version made after its acknowledgement is not what its client was told (`made-late.ts`).
 *
 * Unit: writes; milliseconds.
 * Inconclusive: in a lab one was made too late, or its time was not recorded; or what the serving site holds is not
 * known.
 * Not examined: the audit did not record when versions were made.
 * No objective: always otherwise.
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
      return { verdict: "not-examined", reason: "no audit recorded when the acknowledged versions were made" };
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
      evidence.push(`${history.idAt(i)}: made ${(earlyMs / 1000).toFixed(3)} s before what could already be read`);
      maxMs = Math.max(maxMs, earlyMs);
    }
    const most = ids.length > 0 ? `, the worst by ${(maxMs / 1000).toFixed(3)} s` : "";
    const reason = `${ids.length} of ${byAck.length} writes have earlier timestamps than what could be read before they were sent${most}`;
    return { verdict: "no-objective", reason, evidence, measures: { hidden: { count: ids.length, ids, maxMs } } };
  },
};

/** When each acknowledged write was made, by its earliest version; NaN for all others. */
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

/** Writes whose time is known, in the order of acknowledgement. */
function answered({ length, completedMs }: History, earliest: Float64Array): Uint32Array {
  const known = new Column(Uint32Array);
  for (let i = 0; i < length; i += 1) if (!Number.isNaN(earliest[i])) known.push(i);
  return known.values.subarray(0, known.length).sort((x, y) => (completedMs[x] as number) - (completedMs[y] as number));
}
