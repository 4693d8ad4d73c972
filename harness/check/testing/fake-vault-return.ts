/** A made-up run in which a vault returns, and writes are missed around that. Pure. */
import type { RunRecord } from "../../model/record/record.ts";
import type { Parts } from "./fake-run.ts";
import { BASELINE, every, FAULT_MS, type Instants, timeline } from "./fake-timeline.ts";
import { type VaultPlan, withVault } from "./fake-vault.ts";

/** Away from the fault on, for ten seconds. */
export const RETURNED_MS = FAULT_MS + 10_000;
export const AWAY = { kind: "vault-partition", fromMs: FAULT_MS, toMs: RETURNED_MS } as const;
/** Renewers ask so rarely that no silence counts. */
export const SELDOM_ASKED: Partial<VaultPlan> = { renewSeconds: 1800, guards: "access", away: AWAY };

/** Writes are missed from four seconds after the fault, until `backMs`. */
export function until(backMs: number, endMs = 30_000): Instants[] {
  return [
    ...BASELINE,
    ...every(100, FAULT_MS, FAULT_MS + 4000),
    ...every(100, FAULT_MS + 4000, backMs, false),
    ...every(100, backMs, endMs),
  ];
}
export const ALL = [...BASELINE, ...every(100, FAULT_MS, 30_000)];

export function returned(
  writes: readonly Instants[],
  plan: Partial<VaultPlan> = {},
  edit: (parts: Parts) => Partial<Parts> = () => ({}),
): RunRecord {
  return timeline(writes, {}, (parts) => {
    const planned = withVault(parts, { ...SELDOM_ASKED, ...plan });
    return { ...planned, ...edit(planned) };
  });
}
