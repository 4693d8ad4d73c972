/**
 * Brought back: a write that a site acknowledged, that only this site held when it came back after its loss, and that the
 * serving site now holds under row numbers of its own. It was missing for a while and was then written again.
 */
import { OK } from "../model/columns/history.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Facts } from "./facts.ts";
import { WHOLE } from "./survivors.ts";

/** Places in the history. */
export function broughtBackOf({ history, audit, returned }: RunRecord, facts: Facts): Set<number> {
  const serving = audit[facts.serving];
  const { fates } = facts.holdings.serving;
  const places = new Set<number>();
  for (const contents of returned)
    for (let i = 0; i < history.length; i += 1) {
      const n = history.n[i] as number;
      if (history.outcome[i] !== OK || fates[i] !== WHOLE || history.servedByAt(i) !== contents.side) continue;
      const now = new Set(serving.rowsOf(n).map((row) => serving.pid[row]));
      const then = contents.rowsOf(n).map((row) => contents.pid[row]);
      if (then.length > 0 && !then.some((pid) => now.has(pid))) places.add(i);
    }
  return places;
}
