/**
 * Recorded returns: how often the operator says that it saved what a site held when it came back, checked against the
 * record: each return complete, and one for each time that something was saved. Whether all of it was saved is judged
 * by `stranded-saved`.
 */
import { SITES } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";

/** What is wrong with them, one sentence each. */
export function wrongReturns({ events, returned }: RunRecord): string[] {
  const steps = events.filter((event) => event.type === "operator");
  return SITES.flatMap((side) => {
    const name = side.toUpperCase();
    const own = returned.filter((contents) => contents.side === side);
    const complete = own.filter((contents) => contents.rowsComplete).length;
    const torn = own.filter((contents) => !contents.rowsComplete && contents.unreadable === null).length;
    const [saves, returns] = ["saved", "returned"].map(
      (step) => steps.filter((event) => event.step === step && event.side === side).length,
    ) as [number, number];
    if (torn > 0) return [`the record of what ${name} held when it came back is incomplete`];
    if (complete < saves)
      return [`the operator saved what ${name} held ${saves} times, but the record has it ${complete} times`];
    return own.length > returns
      ? [`the record has ${own.length} returns of ${name}, but the operator recorded ${returns}`]
      : [];
  });
}
