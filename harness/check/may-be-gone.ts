/**
 * May be gone: a site that nobody could read in the end is excused while something that was done to it has not been healed.
 * One to which nothing was done, or that was healed, was there to be read: what it holds is missing from the record.
 */
import { type FaultSpec, isOfNetworks, isVaultFault } from "../model/plan/fault.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { Guards } from "../model/plan/vault.ts";
import type { RunRecord } from "../model/record/record.ts";
import { statesOf } from "./facts.ts";

export function mayBeGone({ run, events }: RunRecord, side: SiteName): boolean {
  // Of one's own system only what clients are served is read. Patroni may still be rewinding a site that came back.
  if (run.config.own !== null || run.config.patroni !== null) return true;
  return run.scenario.faults.some(
    (fault, index) =>
      keepsFrom(fault, side, run.config.vault?.guards) &&
      !statesOf(events, index).some(({ state }) => state === "healed"),
  );
}

/** Whether it may keep the audit from reading that site's database. */
function keepsFrom(fault: FaultSpec, side: SiteName, guards: Guards | undefined): boolean {
  const database = `pg-${side}`;
  if ("link" in fault) return fault.link === database;
  if ("part" in fault) return fault.part === database;
  if (fault.kind === "clock-skew" || isOfNetworks(fault)) return false;
  // A database whose key is in a vault may not start without it. One whose clients alone ask the vault does.
  if (isVaultFault(fault)) return guards !== "access";
  return "side" in fault && fault.side === side;
}
