/** The ledgers of a run: one, or of several runners each its own, by its own clock. */
import { FIRST_RUNNER, OTHER_RUNNERS } from "../model/load/runners.ts";
import type { ClockMap } from "../model/record/clock.ts";
import type { Run } from "../model/record/run.ts";
import type { OtherLedgers } from "../model/record/seal.ts";
import type { Text } from "./lines.ts";
import type { Ledger } from "./read-ledger.ts";

/** A clock that nobody mapped: times are k6's own, and known to within nothing. */
const UNMAPPED: ClockMap = { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY, samples: 0 };

/** A runner that run.json names has a ledger, be it an empty one; and so has one that it does not name and that left a file. */
export function ledgersOf({ runners, byRunner, clock }: Run, ledger: Text, others: OtherLedgers<Text> = {}): Ledger[] {
  const strangers = OTHER_RUNNERS.filter((runner) => others[runner] !== undefined);
  const names = [...new Set([...(runners ?? []), ...strangers])];
  // Nobody is named in older records, and before the load.
  if (!runners?.length || names.length < 2) return [{ text: ledger, clock: clock ?? UNMAPPED, runner: null }];
  const texts = { [FIRST_RUNNER]: ledger, ...others } as Record<string, Text | undefined>;
  // One of them without a mapping leaves nobody with one.
  const clockOf = (name: string) => (clock && byRunner?.find(({ runner }) => runner === name)?.clock) ?? clock;
  return names.map((runner) => ({ text: texts[runner] ?? "", clock: clockOf(runner) ?? UNMAPPED, runner }));
}
