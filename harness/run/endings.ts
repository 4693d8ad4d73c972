/** Ways in which a wait ends early. Each rejects with the reason, and stops when `signal` is aborted. */
import { setTimeout as sleep } from "node:timers/promises";
import { DrillFailure } from "../model/failure.ts";
import type { RunningProgram } from "../system/program.ts";
import { firstCause } from "../systems/lab/first-cause.ts";

export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

export async function whenOverdue(ms: number, signal: AbortSignal): Promise<never> {
  await sleep(ms, undefined, { signal });
  throw new DrillFailure({
    what: "the load did not end",
    why: `k6 was still running ${ms / 1000} s after it began`,
    todo: "see logs/k6.log in the run folder",
  });
}

/** `due` is aborted when the load may end. */
export async function whenLoadEndsEarly({ ended, log }: RunningProgram, due: AbortSignal): Promise<never> {
  const code = await ended;
  if (due.aborted) return new Promise(() => {});
  const text = (await log().catch(() => "")).trim();
  const cause = firstCause(text) ?? text.split("\n").at(-1);
  throw new DrillFailure({
    what: "the load ended early",
    why: cause ? `k6 exited with code ${code}: ${cause}` : `k6 exited with code ${code}`,
    todo: "see logs/k6.log in the run folder",
  });
}
