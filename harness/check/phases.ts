/**
 * Phases: a run is measured in three. Before: the baseline. During: from the first act of the disaster until service is
 * back for good, as RTO defines it; if no disaster was planned, from the first fault or planned operation to the last
 * event of any of them. After: the rest.
 */
import type { RunRecord } from "../model/record/record.ts";
import type { Facts } from "./facts.ts";
import { recoveryOf } from "./recovery.ts";

/** Half-open: from `fromMs`, up to but not including `toMs`; milliseconds of the drill's clock. */
export interface Phase {
  fromMs: number;
  toMs: number;
}

export interface Parts {
  before: Phase;
  during: Phase;
  after: Phase;
}

const NEVER = Number.POSITIVE_INFINITY;

/** `null` when there is no baseline, or what ends it never came. */
export function phasesOf(record: RunRecord, facts: Facts): Parts | null {
  const { run, events } = record;
  const { baseline, disaster } = facts;
  if (baseline === null) return null;
  const split = (fromMs: number, untilMs: number): Parts => ({
    before: { fromMs: baseline.fromMs, toMs: baseline.toMs },
    during: { fromMs, toMs: untilMs },
    after: { fromMs: untilMs, toMs: NEVER },
  });
  if (run.scenario.disaster === null) {
    const last = events.findLast((event) => event.type === "fault" || event.type === "order");
    return split(baseline.toMs, last?.atMs ?? NEVER);
  }
  if (disaster === null) return null;
  return split(disaster.beganMs, recoveryOf(record, facts, disaster, baseline).backMs ?? NEVER);
}
