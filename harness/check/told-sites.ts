/**
 * Told sides: who answered, held against where the operator had sent the requests. While the proxy is latched to one side
 * the other acknowledges nothing, neither to the load nor to the prober; and the lag that is sampled is that of who follows
 * the primary. Where the proxy goes where it likes, nobody says whom it found.
 */

import { OK } from "../model/columns/history.ts";
import { placeInLedger } from "../model/load/runners.ts";
import { FIRST_PRIMARY, type SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import type { Interval } from "../stats/intervals.ts";
import { toldPlans } from "./told-plans.ts";

/** From when on a side may be the one, and until when. */
interface Turn extends Interval {
  side: SiteName;
}

/** The first thing of each sort that another side did than could, in a sentence. */
export function wrongSites(record: RunRecord): string[] {
  return [...wrongAnswers(record), ...wrongLag(record)];
}

function wrongAnswers({ history, events, probes, run }: RunRecord): string[] {
  if (run.config.proxy !== "latched" || run.clock === null) return [];
  const { errorMs } = run.clock;
  const turns = turnsOf(
    events.filter(isLatch).map(({ side, atMs, tookMs }) => ({ side, fromMs: atMs - tookMs, toMs: atMs })),
  );
  const wrong: string[] = [];
  for (let i = 0; i < history.length && wrong.length === 0; i += 1) {
    const [fromMs, toMs] = [(history.invokedMs[i] as number) - errorMs, (history.completedMs[i] as number) + errorMs];
    const by = history.servedByAt(i);
    if (history.outcome[i] === OK && !isTurnOf(by, turns, { fromMs, toMs }))
      wrong.push(
        `${history.idAt(i)}, ${placeInLedger(history.at(i))}, was acknowledged by ${nameOf(by)}, to which nobody sent it`,
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
      `the prober's write at ${seconds(probe.sentMs)} was acknowledged by ${nameOf(probe.servedBy)}, to which nobody sent it`,
    );
  return wrong;
}

function isLatch(event: DrillEvent): event is OperatorEvent {
  return event.type === "operator" && event.step === "latched";
}

/**
 * From the promotion of a side to the end of that plan it may be called the primary already, or not yet. Older makers tell
 * all of A, and nothing of it once it is given up.
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
  return [`the lag at ${seconds(lag.atMs)} is told of who follows ${nameOf(lag.from)}, which was not the primary`];
}

/** A has it from the beginning; whoever gets it may have it from the beginning of the change, and the other until its end. */
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
  return side === "a" || side === "b" ? side.toUpperCase() : "an unknown side";
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
