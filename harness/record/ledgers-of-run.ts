/** The ledgers of a run: a single one, or one per runner, each with its own clock. */
import { FIRST_RUNNER, OTHER_RUNNERS } from "../model/load/runners.ts";
import type { ClockMap } from "../model/record/clock.ts";
import type { Run } from "../model/record/run.ts";
import type { OtherLedgers } from "../model/record/seal.ts";
import type { Text } from "./lines.ts";
import type { Ledger } from "./read-ledger.ts";

/** For a clock that was never mapped: times are k6's own, with unbounded error. */
const UNMAPPED: ClockMap = { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY, samples: 0 };

/** Every runner that run.json names has a ledger, perhaps an empty one, and so has any other that left a file. */
export function ledgersOf({ runners, byRunner, clock }: Run, ledger: Text, others: OtherLedgers<Text> = {}): Ledger[] {
  const strangers = OTHER_RUNNERS.filter((runner) => others[runner] !== undefined);
  const names = [...new Set([...(runners ?? []), ...strangers])];
  // In older records, and before the load, no runner is named.
  if (!runners?.length || names.length < 2) return [{ text: ledger, clock: clock ?? UNMAPPED, runner: null }];
  const texts = { [FIRST_RUNNER]: ledger, ...others } as Record<string, Text | undefined>;
  // If one runner has no mapping, no runner's is used.
  const clockOf = (name: string) => (clock && byRunner?.find(({ runner }) => runner === name)?.clock) ?? clock;
  return names.map((runner) => ({ text: texts[runner] ?? "", clock: clockOf(runner) ?? UNMAPPED, runner }));
}
