/**
 * The rate that was planned for a time, relative to the baseline's: a load that is to rise is compared with what it
 * should be by then. Pure.
 */
import { dueBy, type Stage, whenDue } from "../model/load/shape.ts";
import { hasShape, stagesOf } from "../model/plan/scenario.ts";
import type { RunRecord } from "../model/record/record.ts";

/** A stage of the load, by the drill's clock. */
export interface PlannedStage extends Stage {
  fromMs: number;
  toMs: number;
}

/** The average between two instants, in multiples of the load's rate: always 1 for a constant load. */
export function paceOf(record: Pick<RunRecord, "run" | "history">): (fromMs: number, toMs: number) => number {
  const { scenario } = record.run;
  if (!hasShape(scenario.load) || record.history.length === 0) return () => 1;
  const stages = stagesOf(scenario);
  const beganMs = loadBeganMs(record);
  const dueAt = (ms: number) => dueBy(stages, (ms - beganMs) / 1000);
  return (fromMs, toMs) =>
    toMs <= fromMs ? 1 : ((dueAt(toMs) - dueAt(fromMs)) * 1000) / (toMs - fromMs) / scenario.load.ratePerSecond;
}

/** Empty if the load is constant, or nothing was written. */
export function plannedStages(record: Pick<RunRecord, "run" | "history">): PlannedStage[] {
  const { scenario } = record.run;
  if (!hasShape(scenario.load) || record.history.length === 0) return [];
  let toMs = loadBeganMs(record);
  return stagesOf(scenario).map((stage) => {
    const fromMs = toMs;
    toMs += stage.seconds * 1000;
    return { ...stage, fromMs, toMs };
  });
}

/** With a changing rate, the first write is sent when one is due, not when the load begins. */
function loadBeganMs({ run, history }: Pick<RunRecord, "run" | "history">): number {
  return (history.invokedMs[0] as number) - whenDue(stagesOf(run.scenario), (history.n[0] as number) + 1) * 1000;
}
