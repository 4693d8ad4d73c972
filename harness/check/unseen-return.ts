/**
 * Unseen return: a proxy that routes by itself may lead clients back to a site that comes back. After the load, nobody
 * sees that happen, and clients may be served by a site that lacks what the other one took meanwhile.
 */
import { type FaultSpec, faultName } from "../model/plan/fault.ts";
import { SITES } from "../model/plan/site.ts";
import type { RunRecord } from "../model/record/record.ts";
import { type Facts, statesOf } from "./facts.ts";

/** Sites that came back too late to be seen serving, one sentence each. */
export function unseenReturns({ run, events }: RunRecord, { loadEndMs }: Facts): string[] {
  const { proxy, own, patroni } = run.config;
  if (proxy === "latched" || own !== null || patroni !== null) return [];
  return run.scenario.faults.flatMap((fault, index) => {
    const isLate = statesOf(events, index).some(({ state, atMs }) => state === "healed" && atMs > loadEndMs);
    return isOfSite(fault) && isLate
      ? [`${faultName(fault)} was healed after the load, so which site clients have reached since then is not known`]
      : [];
  });
}

function isOfSite(fault: FaultSpec): boolean {
  const isIn = (name: string) => SITES.some((site) => name.endsWith(`-${site}`));
  if ("link" in fault) return isIn(fault.link);
  if ("part" in fault) return isIn(fault.part);
  return "side" in fault && fault.kind !== "clock-skew";
}
