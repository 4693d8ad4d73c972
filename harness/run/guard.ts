/** Ends a drill of somebody's own system before it does more harm than was agreed to. What is broken is healed then. */
import { setTimeout as sleep } from "node:timers/promises";
import type { OwnSystem } from "../model/plan/own-system.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import type { Clock } from "../model/record/clock.ts";
import type { LoadWatch } from "./watch.ts";

const CHECK_EVERY_MS = 1000;
/** A share of fewer answers means nothing. */
const LEAST_ANSWERS = 50;

type Seen = Pick<LoadWatch, "firstSeenMs" | "lastAckMs" | "answered" | "throttled">;

export interface Guarded {
  guard: Omit<OwnSystem["guard"], "stop">;
  /** Why the system's own stop check demands an end; `null` while it does not. */
  askToStop: () => Promise<string | null>;
  now: Clock;
}

/** Rejects when a limit is exceeded, with which one and by how much. */
export async function whenUnsafe({ guard, askToStop, now }: Guarded, watch: Seen, signal: AbortSignal): Promise<never> {
  for (;;) {
    await sleep(CHECK_EVERY_MS, undefined, { signal });
    const why = passed(guard, watch, now()) ?? (await askToStop());
    if (why !== null) throw stopped(why);
  }
}

/** Which limit is exceeded; `null` if none. */
export function passed(
  { maxDowntimeSeconds, maxThrottledShare }: Pick<OwnSystem["guard"], "maxDowntimeSeconds" | "maxThrottledShare">,
  { firstSeenMs, lastAckMs, answered, throttled }: Seen,
  nowMs: number,
): string | null {
  if (firstSeenMs === null) return null;
  const silentSeconds = (nowMs - (lastAckMs ?? firstSeenMs)) / 1000;
  if (silentSeconds > maxDowntimeSeconds)
    return `nobody could write for ${silentSeconds.toFixed(0)} s, and maxDowntimeSeconds is ${maxDowntimeSeconds}`;
  if (answered < LEAST_ANSWERS || throttled <= maxThrottledShare * answered) return null;
  const share = ((100 * throttled) / answered).toFixed(0);
  return `${share} % of the writes were answered with 429 (too many requests), and maxThrottledShare is ${maxThrottledShare}`;
}

function stopped(why: string): DrillFailure {
  const text = {
    what: "the drill was stopped by its guard",
    why,
    todo: "check the system first; what the drill broke has been healed (see the events in the run folder)",
  };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}
