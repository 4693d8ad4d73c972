/** Conditions that end a wait early. Each rejects with the reason, and stops when its signal is aborted. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningLoad } from "../load/generator.ts";
import { DrillFailure } from "../model/program/failure.ts";
import { firstCause } from "../systems/lab/first-cause.ts";

export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Rejects when the load has not ended `ms` after it began. */
export async function whenOverdue(ms: number, load: Ending, signal: AbortSignal): Promise<never> {
  await sleep(ms, undefined, { signal });
  throw new DrillFailure({
    what: "the load did not end",
    why: `${load.called} was still running ${ms / 1000} s after it began`,
    todo: logOf(load),
  });
}

/** A load, and its name in a sentence. */
export type Ending = Pick<RunningLoad, "ended" | "log" | "program"> & { called: string };

/** Rejects when the load ends before `due` is aborted. */
export async function whenLoadEndsEarly(load: Ending, due: AbortSignal): Promise<never> {
  const { ended, log, called } = load;
  const code = await ended;
  if (due.aborted) return new Promise(() => {});
  const text = (await log().catch(() => "")).trim();
  const cause = firstCause(text) ?? text.split("\n").at(-1);
  throw new DrillFailure({
    what: "the load ended early",
    why: cause ? `${called} exited with code ${code}: ${cause}` : `${called} exited with code ${code}`,
    todo: logOf(load),
  });
}

function logOf({ program }: Ending): string {
  return `see logs/${program}.log in the run folder`;
}
