/**
 * Recorded sites: who answered, checked against where the operator had routed the requests. While the proxy is routed
 * to one site, the other acknowledges nothing, neither to the load nor to the prober; and the sampled lag is that of
 * the follower of the primary. If the proxy routes by itself, the record does not say which site it found.
 */

import { OK } from "../model/columns/history.ts";
import { placeInLedger } from "../model/load/runners.ts";
import { FIRST_PRIMARY, SITES, type SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { toldPlans } from "./told-plans.ts";

/** The time in which a site may be the one that answers, or leads. */
interface Turn extends Interval {
  side: SiteName;
}

/** The first answer or lag of each kind that came from a site that cannot have given it, one sentence each. */
export function wrongSites(record: RunRecord): string[] {
  return [...wrongAnswers(record), ...wrongLag(record)];
}

function wrongAnswers({ history, events, probes, run }: RunRecord): string[] {
  if (run.config.proxy !== "latched" || run.clock === null) return [];
  const { errorMs } = run.clock;
  const turns = turnsOf(
    events.filter(isRoute).map(({ side, atMs, tookMs }) => ({ side, fromMs: atMs - tookMs, toMs: atMs })),
  );
  const wrong: string[] = [];
  for (let i = 0; i < history.length && wrong.length === 0; i += 1) {
    const [fromMs, toMs] = [(history.invokedMs[i] as number) - errorMs, (history.completedMs[i] as number) + errorMs];
    const by = history.servedByAt(i);
    if (history.outcome[i] === OK && !isTurnOf(by, turns, { fromMs, toMs }))
      wrong.push(
        `${history.idAt(i)}, ${placeInLedger(history.at(i))}, was acknowledged by ${nameOf(by)}, to which it was not routed`,
      );
  }
  const probe = probes.find(
    (each) =>
      each.type === "availability" &&
      each.ok &&
      !isTurnOf(each.servedBy, turns, { fromMs: each.sentMs, toMs: each.doneMs }),
  );
  if (probe?.type === "availability")
    wrong.push(
      `the prober's write at ${seconds(probe.sentMs)} was acknowledged by ${nameOf(probe.servedBy)}, to which it was not routed`,
    );
  return wrong;
}

function isRoute(event: DrillEvent): event is OperatorEvent {
  return event.type === "operator" && event.step === "latched";
}

/**
 * From the promotion of a site to the end of that plan, samples may name it as the primary already, or not yet. Older
 * versions sampled only the lag behind A, and nothing once A was given up.
 */
function wrongLag({ events, probes }: RunRecord): string[] {
  const changes = toldPlans(events).flatMap(({ steps, end }) => {
    const promoted = steps.find(({ step }) => step === "promoted");
    if (promoted === undefined) return [];
    const toMs = end?.atMs ?? Number.POSITIVE_INFINITY;
    return [{ side: promoted.side, fromMs: promoted.atMs - promoted.tookMs, toMs }];
  });
  const turns = turnsOf(changes);
  const lag = probes.find(
    (each) =>
      each.type === "replication-lag" &&
      each.heartbeatMs !== null &&
      !isTurnOf(each.from, turns, { fromMs: each.atMs, toMs: each.atMs }),
  );
  if (lag?.type !== "replication-lag") return [];
  return [`the lag at ${seconds(lag.atMs)} is that of the follower of ${nameOf(lag.from)}, which was not the primary`];
}

/** The first primary has the first turn. During a change, both the old and the new site may have it. */
function turnsOf(changes: readonly Turn[]): Turn[] {
  const turns: Turn[] = [{ side: FIRST_PRIMARY, fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }];
  for (const { side, fromMs, toMs } of changes) {
    (turns.at(-1) as Turn).toMs = toMs;
    turns.push({ side, fromMs, toMs: Number.POSITIVE_INFINITY });
  }
  return turns;
}

function isTurnOf(by: string, turns: readonly Turn[], { fromMs, toMs }: Interval): boolean {
  return turns.some((turn) => turn.side === by && turn.fromMs <= toMs && turn.toMs >= fromMs);
}

function nameOf(side: string): string {
  return SITES.some((site) => site === side) ? side.toUpperCase() : "an unknown site";
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
