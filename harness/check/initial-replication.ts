/**
 * Initial replication: B follows no site at first, then gets a copy of all that A holds while clients go on writing.
 *
 * Seconds: from the subscription of the planned operation until every table was copied. Rows and bytes: what B's
 * published tables held then, indexes included in the bytes. Interference: latency and rate of the acknowledged writes
 * sent in that time, compared with those of the baseline. Those are measures, not promises.
 *
 * Missing: of the resources that A was filled with before the load, those that B lacked when it followed. No write of
 * the load made them, so no other check would miss them: a copy that lacks one is broken, and one that was not counted
 * inconclusive.
 *
 * Unit: seconds, rows, bytes; milliseconds and writes a second; resources.
 * Broken: a resource is missing.
 * Inconclusive: A was filled before the load, and what B holds of that was not counted.
 * Not examined: B never held all that A holds, or there is no baseline.
 * No objective: none is missing; or B was not ordered to follow.
 */
import { FIRST_PRIMARY, otherSite } from "../model/plan/site.ts";
import type { DrillEvent, PlannedOperationEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Checker } from "./checker.ts";
import { countBelow, type Facts } from "./facts.ts";
import { inMs, latencyIn } from "./latency.ts";
import type { Phase } from "./phases.ts";

const PRIMARY = FIRST_PRIMARY.toUpperCase();
const FOLLOWER = otherSite(FIRST_PRIMARY).toUpperCase();

export const initialReplication: Checker = {
  name: "initial-replication",
  needsTimes: true,
  check: ({ run, events, history }, facts) => {
    if (!run.scenario.orders.some(({ kind }) => kind === "start-replication"))
      return { verdict: "no-objective", reason: "no site was ordered to follow" };
    const copied = events.find(
      (event) => event.type === "operator" && event.plan === "start-replication" && event.step === "copied",
    );
    if (copied?.type !== "operator")
      return { verdict: "not-examined", reason: `${FOLLOWER} never held all that ${PRIMARY} holds` };
    if (facts.baseline === null) return { verdict: "not-examined", reason: "there is no baseline" };
    // `tookMs` includes counting the rows.
    const { seconds = copied.tookMs / 1000, tables = null, rows = null, bytes = null } = copied.detail;
    const fromMs = copied.atMs - copied.tookMs;
    const trafficIn = (phase: Phase) => ({
      ...latencyIn(history, phase),
      ratePerSecond: rateIn(facts, phase),
    });
    const before = trafficIn(facts.baseline);
    const during = trafficIn({ fromMs, toMs: fromMs + seconds * 1000 });
    const rowsPerSecond = rows === null || seconds <= 0 ? null : rows / seconds;
    const missing = missingOf(run, events);
    const measures = {
      initialReplication: { ...{ seconds, tables, rows, bytes, rowsPerSecond, missing }, before, during },
    };
    if (missing === null && run.scenario.start.resources > 0)
      return {
        verdict: "inconclusive",
        reason: `what ${FOLLOWER} holds of the data before the load was not counted`,
        measures,
      };
    if (missing !== null && missing !== 0)
      return {
        verdict: "broken",
        reason: `${FOLLOWER} lacks ${missing} of the resources that ${PRIMARY} held before the load`,
        measures,
      };
    const reason = [
      `${rows ?? "?"} rows were copied in ${seconds.toFixed(2)} s`,
      `p99 ${inMs(during.p99)} meanwhile, ${inMs(before.p99)} in the baseline`,
      `${rounded(during.ratePerSecond)} writes/s, ${rounded(before.ratePerSecond)} in the baseline`,
    ].join("; ");
    return { verdict: "no-objective", reason, measures };
  },
};

/** The event of the planned operation by which B, which followed no site before, began to follow. */
export function begunToFollow(events: readonly DrillEvent[]): PlannedOperationEvent | undefined {
  const operations = events.filter((event) => event.type === "order");
  return operations.find(({ kind, state }) => kind === "start-replication" && state === "done");
}

/** `null` if it was not counted. */
function missingOf({ scenario }: RunRecord["run"], events: RunRecord["events"]): number | null {
  const seeded = begunToFollow(events)?.detail.seeded;
  return seeded === undefined || seeded === null ? null : scenario.start.resources - seeded;
}

function rateIn({ acksMs }: Facts, { fromMs, toMs }: Phase): number | null {
  if (toMs <= fromMs) return null;
  return ((countBelow(acksMs, toMs) - countBelow(acksMs, fromMs)) * 1000) / (toMs - fromMs);
}

function rounded(ratePerSecond: number | null): string {
  return ratePerSecond?.toFixed(1) ?? "–";
}
