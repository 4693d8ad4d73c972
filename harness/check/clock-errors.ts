/**
 * By how much the times of one runner's writes may be off from another runner's. If one clock maps all of them, all are
 * off alike, and no comparison is affected.
 */
import type { RunRecord } from "../model/record/record.ts";

/** The clock error of the write at a place, in milliseconds either way. */
export function clockErrors({ run, history }: Pick<RunRecord, "run" | "history">): (i: number) => number {
  const errorMs = runnerErrors({ run });
  return (i) => errorMs(history.runnerAt(i));
}

/** The clock error of all times that a runner recorded. */
export function runnerErrors({ run }: Pick<RunRecord, "run">): (runner: string) => number {
  const clocks = (run.byRunner ?? []).flatMap(({ runner, clock }) => (clock === null ? [] : [{ runner, ...clock }]));
  const isOne = clocks.every(({ offsetMs }) => offsetMs === clocks[0]?.offsetMs);
  if (isOne) return () => 0;
  const errors = new Map(clocks.map(({ runner, errorMs }) => [runner, errorMs]));
  return (runner) => errors.get(runner) ?? 0;
}
