/**
 * Refused authorization: a write that was answered with 401 or 403, by a load that sends the same authorization with
 * every write. If a later write is acknowledged again, as earlier ones were, the authorization was valid all along and
 * some component of the service refused it: for example a server that took over with other keys.
 *
 * Unit: writes; and seconds: the union of the times from a refusal to the next acknowledgement of a write that was
 * sent after it; unknown when none came.
 * Broken: writes were acknowledged both before and after.
 * Inconclusive: none was acknowledged between the refusal and the end of the load, so the authorization may have
 * expired; or none before it.
 * No objective: none was refused.
 */
import { type History, OK } from "../model/columns/history.ts";
import { seconds } from "../model/verdict/told.ts";
import { type Interval, totalMs } from "../stats/intervals.ts";
import type { Checker } from "./checker.ts";
import { answersInOrder } from "./in-order.ts";

export const refusedAuthorization: Checker = {
  name: "refused-authorization",
  needsTimes: true,
  check: ({ history }) => {
    let count = 0;
    for (let i = 0; i < history.length; i += 1) if (isRefused(history, i)) count += 1;
    const measured = (refusedSeconds: number | null) => ({ unauthorized: { count, seconds: refusedSeconds } });
    if (count === 0)
      return { verdict: "no-objective", reason: "no write was answered with 401 or 403", measures: measured(0) };
    const { over, open } = refusals(history);
    const reason = `${count} writes were answered with 401 or 403`;
    const evidence = over.map(({ fromMs, toMs }) => `from ${at(fromMs)} to ${at(toMs)}`);
    if (over.length > 0) {
      const when = over.length === 1 ? evidence[0] : `in ${over.length} stretches, the first ${evidence[0]}`;
      return {
        verdict: "broken",
        reason: `${reason}, ${when}, and later ones with the same authorization were acknowledged`,
        evidence: open === null ? evidence : [...evidence, `from ${at(open)} to the end of the load`],
        measures: measured(totalMs(over) / 1000),
      };
    }
    const why = open === null ? "and none was acknowledged before" : `from ${at(open)} on: it may have expired`;
    return { verdict: "inconclusive", reason: `${reason}, ${why}`, measures: measured(null) };
  },
};

function isRefused({ status }: History, i: number): boolean {
  return status[i] === 401 || status[i] === 403;
}

/** Refusals that began after an acknowledgement; `open`: when the one that was not over began. */
function refusals(history: History): { over: Interval[]; open: number | null } {
  const { outcome, invokedMs, completedMs } = history;
  const over: Interval[] = [];
  let wasAcknowledged = false;
  let open: number | null = null;
  for (const i of answersInOrder(history, Number.NEGATIVE_INFINITY)) {
    const atMs = completedMs[i] as number;
    if (isRefused(history, i) && wasAcknowledged) open ??= atMs;
    if (outcome[i] !== OK) continue;
    wasAcknowledged = true;
    // A write that was sent before the refusal was let in before it.
    if (open === null || (invokedMs[i] as number) < open) continue;
    over.push({ fromMs: open, toMs: atMs });
    open = null;
  }
  return { over, open };
}

function at(ms: number): string {
  return seconds(ms / 1000);
}
