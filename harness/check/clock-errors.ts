/**
 * By how much the times of a write may be off those of another runner's. Where all were mapped alike, by one clock, all are off
 * alike, and nothing that is compared is.
 */
import type { RunRecord } from "../model/record/record.ts";

/** Of the write at a place, in milliseconds either way. */
export function clockErrors({ run, history }: Pick<RunRecord, "run" | "history">): (i: number) => number {
  const errorMs = runnerErrors({ run });
  return (i) => errorMs(history.runnerAt(i));
}

/** Of all that a runner wrote down. */
export function runnerErrors({ run }: Pick<RunRecord, "run">): (runner: string) => number {
  const clocks = (run.byRunner ?? []).flatMap(({ runner, clock }) => (clock === null ? [] : [{ runner, ...clock }]));
  const isOne = clocks.every(({ offsetMs }) => offsetMs === clocks[0]?.offsetMs);
  if (isOne) return () => 0;
  const errors = new Map(clocks.map(({ runner, errorMs }) => [runner, errorMs]));
  return (runner) => errors.get(runner) ?? 0;
}
