/**
 * A failover without a cause: the operator gave a site up, and acted on that, while no fault was in force that touched
 * the site. It costs an outage and what the other site did not hold yet, and no objective excuses that.
 *
 * A fault is in force from its injection until ten seconds after it was healed, in which its effects wear off;
 * to the end of the run, if it was never verified as healed. The loss of a region, and the end of a process or a
 * database, are also over once that site has taken over again. A fault touches the site of its component or link. The
 * replication link belongs to the follower. If writes wait for the follower, what touches one site touches both; so
 * does the loss of the store of the lock, and of a vault that issues the certificates by which servers log in. The
 * edge, the proxy, brokers and bridges of devices, and faults of the client networks alone touch neither site.
 *
 * Unit: failovers.
 * Broken: there is one without a cause.
 * No objective: the operator did not fail over.
 */
import { type FaultSpec, isOfNetworks, isVaultFault } from "../model/plan/fault.ts";
import { isDeviceComponent, SITES, type SiteName, siteOf } from "../model/plan/site.ts";
import type { DrillEvent, FaultEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Run } from "../model/record/run.ts";
import type { Checker } from "./checker.ts";
import { orderedAt, statesOf } from "./facts.ts";
import { type Failover, failoversIn } from "./failovers.ts";

const WEARS_OFF_MS = 10_000;

/** Faults that are over on a site that serves again. */
const ENDS_IN_SERVICE: readonly FaultSpec["kind"][] = ["region-loss", "process-kill", "database-crash"];

export const failoverWithoutCause: Checker = {
  name: "failover-without-cause",
  check: (record) => {
    const failovers = failoversIn(record.events);
    if (failovers.length === 0) return { verdict: "no-objective", reason: "the operator did not fail over" };
    const needless = failovers.filter((failover) => !hasCause(record, failover));
    if (needless.length === 0) return { verdict: "holds", reason: "a fault was in force at each failover" };
    const evidence = needless.map(({ side, detected }) => {
      const failures = detected.detail.failures;
      const why = failures === undefined ? "" : `: ${failures.join(", ")}`;
      return `${side.toUpperCase()} was given up at ${(detected.atMs / 1000).toFixed(3)} s${why}`;
    });
    const reason = `${needless.length} of ${failovers.length} failovers had no cause: no fault was in force on the site that was given up`;
    // A site is given up for taking too long.
    return { verdict: "broken", reason, evidence, isLate: true };
  },
};

function hasCause({ run, events }: RunRecord, failover: Failover): boolean {
  const detectedMs = failover.detected.atMs;
  const noticedMs = detectedMs - failover.detected.tookMs;
  return run.scenario.faults.some((fault, index) => {
    const states = statesOf(events, index);
    const fromMs = states.find(({ state }) => state === "injecting")?.atMs ?? Number.POSITIVE_INFINITY;
    return (
      touchedBy(fault, run).includes(failover.side) &&
      fromMs <= detectedMs &&
      noticedMs <= endOf(fault, states, fromMs, failover.side, events)
    );
  });
}

function touchedBy(fault: FaultSpec, { config }: Run): readonly SiteName[] {
  if (fault.kind === "dcs-loss") return SITES;
  if (isOfNetworks(fault)) return [];
  // A running database no longer needs its key.
  if (isVaultFault(fault)) return config.vault?.guards === "access" ? SITES : [];
  // On a system of your own, a fault without a site may touch either.
  if (fault.kind === "hook" || "target" in fault) return fault.side === undefined ? SITES : [fault.side];
  const site = "side" in fault ? fault.side : siteTouchedBy("link" in fault ? fault.link : fault.part);
  if (site === null) return [];
  return config.replication === "async" ? [site] : SITES;
}

/** Brokers and bridges touch neither site: they write as clients do. */
function siteTouchedBy(place: Parameters<typeof siteOf>[0]): SiteName | null {
  return isDeviceComponent(place) ? null : siteOf(place);
}

function endOf(
  fault: FaultSpec,
  states: readonly FaultEvent[],
  fromMs: number,
  site: SiteName,
  events: readonly DrillEvent[],
): number {
  const tookOver = events.find(
    (event) => event.type === "operator" && event.step === "promoted" && event.side === site && event.atMs > fromMs,
  );
  const overMs = (ENDS_IN_SERVICE.includes(fault.kind) && tookOver?.atMs) || Number.POSITIVE_INFINITY;
  const healed = states.find(({ state }) => state === "healed");
  if (healed === undefined) return overMs;
  return Math.min(overMs, orderedAt(healed) + WEARS_OFF_MS);
}
