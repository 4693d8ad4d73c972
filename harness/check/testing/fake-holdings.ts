/** What the sides hold, said write by write, for checkers that ask no more. Pure. */
import type { RunRecord } from "../../model/record/record.ts";
import { type Facts, gatherFacts } from "../facts.ts";
import { type Holdings, WHOLE } from "../survivors.ts";

/** Of each write, by its number: `ABSENT`, `TORN` or `WHOLE`, which it is where nothing is said. */
export type Fates = Record<number, number>;

export function factsHolding(record: RunRecord, serving: Fates, other: Fates = {}): Facts {
  const facts = gatherFacts(record);
  const holdings = (fates: Fates, of: Holdings): Holdings => {
    const all = Uint8Array.from(record.history.n.subarray(0, record.history.length), (n) => fates[n] ?? WHOLE);
    return { ...of, complete: true, unreadable: null, fates: all, disagreements: [] };
  };
  const { serving: ofServing, other: ofOther } = facts.holdings;
  return {
    ...facts,
    holdings: { serving: holdings(serving, ofServing), other: holdings(other, ofOther), returned: [] },
  };
}
