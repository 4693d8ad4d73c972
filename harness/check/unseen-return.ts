/**
 * Unseen return: a proxy that goes where it likes may lead clients back to a site that comes back. When that happens after the
 * load nobody sees it, and clients may be served by a site that lacks what the other one took meanwhile.
 */
import { type FaultSpec, faultName } from "../model/plan/fault.ts";
import type { RunRecord } from "../model/record/record.ts";
import { type Facts, statesOf } from "./facts.ts";

/** What came back too late to be seen serving, a sentence each. */
export function unseenReturns({ run, events }: RunRecord, { loadEndMs }: Facts): string[] {
  const { proxy, own, patroni } = run.config;
  if (proxy === "latched" || own !== null || patroni !== null) return [];
  return run.scenario.faults.flatMap((fault, index) => {
    const isLate = statesOf(events, index).some(({ state, atMs }) => state === "healed" && atMs > loadEndMs);
    return isOfSite(fault) && isLate
      ? [`${faultName(fault)} was healed after the load, and whom clients reach since then is not known`]
      : [];
  });
}

function isOfSite(fault: FaultSpec): boolean {
  if ("link" in fault) return /-[ab]$/.test(fault.link);
  if ("part" in fault) return /-[ab]$/.test(fault.part);
  return "side" in fault && fault.kind !== "clock-skew";
}
