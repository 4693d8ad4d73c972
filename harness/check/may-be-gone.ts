/**
 * May be gone: a site that could not be read at the end is excused while a fault on it has not been healed. A site
 * without a fault, or with a healed one, could have been read: its contents are missing from the record.
 */
import { type FaultSpec, isOfNetworks, isVaultFault } from "../model/plan/fault.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { Guards } from "../model/plan/vault.ts";
import type { RunRecord } from "../model/record/record.ts";
import { statesOf } from "./facts.ts";

export function mayBeGone({ run, events }: RunRecord, side: SiteName): boolean {
  // One's own system is read only as clients see it. Patroni may still be rewinding a site that came back.
  if (run.config.own !== null || run.config.patroni !== null) return true;
  return run.scenario.faults.some(
    (fault, index) =>
      keepsFrom(fault, side, run.config.vault?.guards) &&
      !statesOf(events, index).some(({ state }) => state === "healed"),
  );
}

/** Whether the fault may keep the audit from reading that site's database. */
function keepsFrom(fault: FaultSpec, side: SiteName, guards: Guards | undefined): boolean {
  const database = `pg-${side}`;
  if ("link" in fault) return fault.link === database;
  if ("part" in fault) return fault.part === database;
  if (fault.kind === "clock-skew" || isOfNetworks(fault)) return false;
  // A database whose key is in the vault may not start without it. If only its clients need the vault, it does.
  if (isVaultFault(fault)) return guards !== "access";
  return "side" in fault && fault.side === side;
}
