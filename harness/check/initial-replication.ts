/**
 * Initial replication: B follows nobody, then gets a copy of all that A holds while clients go on writing.
 *
 * Seconds: from the order's subscription until every table was copied. Rows and bytes: what B's published tables held
 * then, indexes included in the bytes. Interference: latency and rate of the acknowledged writes sent in that time,
 * against those of the baseline. Those are measures, not promises.
 *
 * Missing: of the resources that A was filled with before the load, those that B lacked when it followed. They are of no
 * write of the load, so that nobody else would miss them: a copy that lacks one is broken, and one that nobody counted
 * inconclusive.
 *
 * Unit: seconds, rows, bytes; milliseconds and writes a second; resources.
 * Broken: a resource is missing.
 * Inconclusive: A was filled before the load, and nobody counted what B holds of it.
 * Not examined: B never held all that A holds, or there is no baseline.
 * No objective: none is missing; or B was not to begin to follow.
 */
import type { DrillEvent, PlannedOperationEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Checker } from "./checker.ts";
import { countBelow, type Facts } from "./facts.ts";
import { inMs, latencyIn } from "./latency.ts";
import type { Phase } from "./phases.ts";

export const initialReplication: Checker = {
  name: "initial-replication",
  needsTimes: true,
  check: ({ run, events, history }, facts) => {
    if (!run.scenario.orders.some(({ kind }) => kind === "start-replication"))
      return { verdict: "no-objective", reason: "nobody was to begin to follow" };
    const copied = events.find(
      (event) => event.type === "operator" && event.plan === "start-replication" && event.step === "copied",
    );
    if (copied?.type !== "operator") return { verdict: "not-examined", reason: "B never held all that A holds" };
    if (facts.baseline === null) return { verdict: "not-examined", reason: "there is no baseline" };
    // The step itself goes on until the rows are counted.
    const { seconds = copied.tookMs / 1000, tables = null, rows = null, bytes = null } = copied.detail;
    const fromMs = copied.atMs - copied.tookMs;
    const trafficIn = (part: Phase) => ({
      ...latencyIn(history, part),
      ratePerSecond: rateIn(facts, part),
    });
    const before = trafficIn(facts.baseline);
    const during = trafficIn({ fromMs, toMs: fromMs + seconds * 1000 });
    const rowsPerSecond = rows === null || seconds <= 0 ? null : rows / seconds;
    const missing = missingOf(run, events);
    const measures = {
      initialReplication: { ...{ seconds, tables, rows, bytes, rowsPerSecond, missing }, before, during },
    };
    if (missing === null && run.scenario.start.resources > 0)
      return { verdict: "inconclusive", reason: "nobody counted what B holds of that which A held before", measures };
    if (missing !== null && missing !== 0)
      return { verdict: "broken", reason: `B lacks ${missing} of the resources that A held before the load`, measures };
    const reason = [
      `${rows ?? "?"} rows were copied in ${seconds.toFixed(2)} s`,
      `p99 ${inMs(during.p99)} meanwhile, ${inMs(before.p99)} in the baseline`,
      `${rounded(during.ratePerSecond)} writes/s, ${rounded(before.ratePerSecond)} in the baseline`,
    ].join("; ");
    return { verdict: "no-objective", reason, measures };
  },
};

/** That B, which followed nobody before, does so from now on, as it was ordered. */
export function begunToFollow(events: readonly DrillEvent[]): PlannedOperationEvent | undefined {
  const orders = events.filter((event) => event.type === "order");
  return orders.find(({ kind, state }) => kind === "start-replication" && state === "done");
}

/** `null` when nobody looked. */
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
