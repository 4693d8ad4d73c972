/** Waiting with a deadline; a failure names what was waited for. */
import { setTimeout as sleep } from "node:timers/promises";
import { DrillFailure, reasonOf } from "../model/program/failure.ts";

export interface Waiting {
  /** Ends the sentence "timed out waiting for …". */
  what: string;
  deadlineMs: number;
  everyMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Polls until `attempt` returns something other than `false` or `null`. An error counts as "not yet", unless it is a
 * `DrillFailure`, which ends the wait.
 */
export async function until<T>(waiting: Waiting, attempt: () => Promise<T | false | null>): Promise<T> {
  const endMs = performance.now() + waiting.deadlineMs;
  let last: unknown = "not yet";
  for (;;) {
    waiting.signal?.throwIfAborted();
    try {
      const value = await attempt();
      if (value !== false && value !== null) return value;
    } catch (error) {
      if (error instanceof DrillFailure) throw error;
      last = error;
    }
    if (performance.now() > endMs) {
      throw new DrillFailure(
        {
          what: `timed out waiting for ${waiting.what}`,
          why: `${waiting.deadlineMs / 1000} s passed; last result: ${reasonOf(last)}`,
          todo: "read the container's log in the run folder; if the machine is loaded, try again",
        },
        { cause: last },
      );
    }
    await sleep(waiting.everyMs ?? 200, undefined, { signal: waiting.signal });
  }
}
