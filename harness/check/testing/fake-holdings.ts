/** What the sites hold, given write by write, for checkers that need no more. Pure. */
import type { RunRecord } from "../../model/record/record.ts";
import { type Facts, gatherFacts } from "../facts.ts";
import { type Holdings, WHOLE } from "../survivors.ts";

/** By number of the write: `ABSENT`, `TORN` or `WHOLE`, the default. */
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
