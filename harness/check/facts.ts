/**
 * What several checkers need to know about a run, computed once from its record.
 *
 * Serving site: the one whose database takes the writes at the end of the run, by the operator's last route of the
 * proxy. If the system fails over by itself, the site whose server last called itself the primary, on the newest
 * timeline, or A if the primary is not observable. If neither applies, the site that acknowledged the last acknowledged
 * write. What it holds is known if its database was read to the end and its API answered every read.
 * Disaster: the fault that starts the clocks. Outages count from its first act, losses back from its last: both figures
 * are conservative.
 * Baseline: from the end of the warm-up to the first act of a fault or a planned operation. Its rate is that of the
 * writes sent in it that were served, plus those in flight at its end.
 */
import { type History, OK } from "../model/columns/history.ts";
import { sizesOf } from "../model/load/write.ts";
import { failsOverByItself, tellsItsPrimary } from "../model/plan/config.ts";
import type { Phase } from "../model/plan/scenario.ts";
import { FIRST_PRIMARY, otherSite, SITES, type SiteName } from "../model/plan/site.ts";
import type { DrillEvent, FaultEvent, OperatorEvent } from "../model/record/event.ts";
import { lastPrimary } from "../model/record/primary.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { servedPerSecond, servedWithin } from "./served.ts";
import { type Holdings, holdingsOf } from "./survivors.ts";

export interface Disaster {
  /** The first act of the fault. Outages count from here, which is conservative. */
  beganMs: number;
  /** The last act. Losses are measured back from here, which is conservative. */
  injectedMs: number;
}

export interface Baseline {
  fromMs: number;
  toMs: number;
  /** Writes a second that were sent in it and served, or in flight and not late at its end. */
  ratePerSecond: number;
}

export interface Facts {
  /** `null` if the fault was never injected, or the scenario has none. */
  disaster: Disaster | null;
  /** From the end of the warm-up to the first fault or planned operation; `null` if one of them never came. */
  baseline: Baseline | null;
  /** The longest time from sending to acknowledgement of a write that was served. */
  servedWithinMs: number;
  /** When the last write was sent. */
  loadEndMs: number;
  /** When acknowledgements came, in order. */
  acksMs: Float64Array;
  /** The site whose database takes the writes at the end of the run. */
  serving: SiteName;
  other: SiteName;
  /** The site whose server answers clients at the end of the run; not always that of the database. */
  answering: SiteName;
  /** The first event of each step of the operator's failovers. */
  operator: Partial<Record<OperatorEvent["step"], OperatorEvent>>;
  /**
   * What each site holds. The serving site: by its database and its API. By the database alone: the other site, which
   * serves no clients, and each site that was lost and came back, as it was before anything there was overwritten.
   */
  holdings: { serving: Holdings; other: Holdings; returned: Holdings[] };
}

export function gatherFacts(record: RunRecord): Facts {
  const { events, history, run } = record;
  const faults = events.filter((event) => event.type === "fault");
  const operator: Facts["operator"] = {};
  for (const event of events)
    if (event.type === "operator" && event.plan === "failover") operator[event.step] ??= event;
  const { serving, answering } = servingOf(record);
  const other = otherSite(serving);
  const span = baselineSpan(events);
  const sizes = sizesOf(run.scenario.load);
  const servedWithinMs = servedWithin(history, span);
  return {
    disaster: disasterOf(faults.filter((event) => event.fault === run.scenario.disaster)),
    baseline: span && { ...span, ratePerSecond: servedPerSecond(history, span, servedWithinMs) },
    servedWithinMs,
    loadEndMs: history.length > 0 ? (history.invokedMs[history.length - 1] as number) : 0,
    acksMs: acksOf(history),
    serving,
    other,
    answering,
    operator,
    holdings: {
      serving: holdingsOf(record.audit[serving], history, { sizes }),
      other: holdingsOf(record.audit[other], history, { api: false, sizes }),
      returned: record.returned.map((contents) => holdingsOf(contents, history, { api: false, sizes })),
    },
  };
}

/**
 * The site to which the operator last routed requests, and the site whose database its server works on: its own, unless
 * the step names another. With a proxy that routes by itself: the site that acknowledged the last acknowledged write, in
 * the order of sending, because an acknowledgement may be late.
 */
function servingOf({ run, events, history, probes }: RunRecord): { serving: SiteName; answering: SiteName } {
  if (failsOverByItself(run.config)) {
    if (!tellsItsPrimary(run.config)) return { serving: FIRST_PRIMARY, answering: FIRST_PRIMARY };
    // Each server works on the primary's database, wherever that is.
    const primary = lastPrimary(probes.filter((probe) => probe.type === "primary")) ?? FIRST_PRIMARY;
    return { serving: primary, answering: primary };
  }
  if (run.config.proxy === "latched") {
    const steps = events.filter((event) => event.type === "operator");
    const routed = steps.findLast(({ step }) => step === "latched");
    const answering = routed?.side ?? FIRST_PRIMARY;
    return { serving: routed?.detail.database ?? answering, answering };
  }
  let i = history.length - 1;
  while (i >= 0 && history.outcome[i] !== OK) i -= 1;
  const last = SITES.find((site) => site === history.servedByAt(i)) ?? FIRST_PRIMARY;
  return { serving: last, answering: last };
}

function disasterOf(events: readonly FaultEvent[]): Disaster | null {
  const began = events.find((event) => event.state === "injecting");
  const injected = events.find((event) => event.state === "injected");
  return began && injected ? { beganMs: began.atMs, injectedMs: injected.atMs } : null;
}

function baselineSpan(events: readonly DrillEvent[]): Interval | null {
  const fromMs = baselineBeganMs(events);
  const toMs = events.find(isFirstAct)?.atMs;
  return fromMs === undefined || toMs === undefined || toMs <= fromMs ? null : { fromMs, toMs };
}

/** When the warm-up had ended. */
export function baselineBeganMs(events: readonly DrillEvent[]): number | undefined {
  return phaseBeganMs(events, "baseline");
}

export function phaseBeganMs(events: readonly DrillEvent[], phase: Phase): number | undefined {
  return events.find((event) => event.type === "phase" && event.phase === phase)?.atMs;
}

/** Of a fault or a planned operation: from here on the run is no longer steady. */
export function isFirstAct(event: DrillEvent): boolean {
  return (event.type === "fault" && event.state === "injecting") || (event.type === "order" && event.state === "given");
}

/** The recorded states of one fault, by its index in the scenario. */
export function statesOf(events: readonly DrillEvent[], fault: number): FaultEvent[] {
  return events.filter((event): event is FaultEvent => event.type === "fault" && event.fault === fault);
}

/** When a fault's healing had been carried out; the check that verifies it may come much later. */
export function orderedAt({ detail, atMs }: FaultEvent): number {
  return detail.orderedMs ?? atMs;
}

function acksOf({ length, outcome, completedMs }: History): Float64Array {
  const acks = new Float64Array(length);
  let count = 0;
  for (let i = 0; i < length; i += 1) {
    if (outcome[i] !== OK) continue;
    acks[count] = completedMs[i] as number;
    count += 1;
  }
  return acks.subarray(0, count).sort();
}

/** How many of the sorted values are below the limit. */
export function countBelow(sorted: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
