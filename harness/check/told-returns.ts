/**
 * Told returns: what the operator says it saved of a side that came back, and what the record holds of it: each return whole,
 * one for each time that something was saved, and as many versions as were.
 */
import type { RunRecord } from "../model/record.ts";
import { SIDES } from "../model/side.ts";
import { toldPlans } from "./told-plans.ts";

/** What is wrong with them, a sentence each. */
export function wrongReturns({ events, returned, saved }: RunRecord): string[] {
  const steps = toldPlans(events).flatMap(({ plan, steps }) => (plan === "rebuild" ? steps : []));
  const savings = steps.filter((event) => event.step === "saved");
  const wrong = SIDES.flatMap((side) => {
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
  const versions = savings.reduce((sum, { detail }) => sum + Number(detail.versions ?? Number.NaN), 0);
  if (saved !== null && !Number.isNaN(versions) && versions !== saved.length)
    wrong.push(`the operator says that it saved ${versions} versions, and the record has ${saved.length}`);
  return wrong;
}
