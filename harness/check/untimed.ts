import type { RunRecord } from "../model/record/record.ts";

/** Why times of the load cannot be mapped to the drill's clock, or trusted at all; `null` when they can. */
export function whyUntimed({ run, ledger }: RunRecord): string | null {
  if (run.clock === null) return "k6's clock was never mapped to the drill's, so no time of a write is known";
  if (ledger.backwards > 0)
    return `k6's clock was set back: ${ledger.backwards} answers are timestamped before their write was sent, so no time is known`;
  return null;
}
