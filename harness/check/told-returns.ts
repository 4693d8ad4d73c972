/**
 * Told returns: how often the operator says that it saved what a side held when it came back, and what the record holds of
 * that: each return whole, and one for each time that something was saved. What was saved of it `stranded-saved` judges.
 */
import { SITES } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";

/** What is wrong with them, a sentence each. */
export function wrongReturns({ events, returned }: RunRecord): string[] {
  const steps = events.filter((event) => event.type === "operator");
  return SITES.flatMap((side) => {
    const name = side.toUpperCase();
    const own = returned.filter((contents) => contents.side === side);
    const whole = own.filter((contents) => contents.rowsComplete).length;
    const torn = own.filter((contents) => !contents.rowsComplete && contents.unreadable === null).length;
    const [saves, returns] = ["saved", "returned"].map(
      (step) => steps.filter((event) => event.step === step && event.side === side).length,
    ) as [number, number];
    if (torn > 0) return [`what ${name} held when it came back is not whole`];
    if (whole < saves)
      return [`the operator saved what ${name} held ${saves} times, and the record has it ${whole} times`];
    return own.length > returns
      ? [`the record has ${own.length} returns of ${name}, and the operator tells ${returns}`]
      : [];
  });
}
