/** Injects or heals one fault and observes whether that worked. Each step is recorded as an event. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "../faults/fault.ts";
import type { ArmedFault } from "../faults/index.ts";
import type { Act } from "../model/plan/scenario.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { Clock } from "../model/record/clock.ts";
import type { FaultDetails } from "../model/record/detail.ts";

/** Filling a disk took three seconds on a busy machine and a third of a second on an idle one. */
const ACTIVE_WITHIN_MS = 6000;
const CHECK_EVERY_MS = 100;

export interface Stage {
  tell: <State extends keyof FaultDetails>(state: State, detail: FaultDetails[State]) => void;
  now: Clock;
  signal: AbortSignal;
  /** How long a healed fault may take to clear. */
  healsWithinMs: number;
}

type Acted = Omit<ArmedFault, "recheck">;

/**
 * Carries out one act and returns whether it was seen to work. A fault that cannot be injected (for example into a
 * component that the operator has just taken down) or cannot be healed is recorded and does not end the drill: the
 * drill then proves nothing, and its verdict says why.
 */
export async function perform(does: Act["does"], fault: Acted, stage: Stage): Promise<boolean> {
  const { tell, now, signal } = stage;
  if (does === "inject") {
    tell("injecting", { ...fault.spec });
    try {
      await fault.inject();
    } catch (error) {
      signal.throwIfAborted();
      tell("not-evidenced", { why: reasonOf(error) });
      return false;
    }
    tell("injected", {});
    const { bit, detail } = await observeUntil(fault, ({ bit }) => bit, ACTIVE_WITHIN_MS, stage);
    tell(bit ? "evidenced" : "not-evidenced", detail);
    return bit;
  }
  const failed = await fault.heal().then(() => null, reasonOf);
  signal.throwIfAborted();
  const orderedMs = now();
  const seen =
    failed === null
      ? await observeUntil(fault, isGone, stage.healsWithinMs, stage)
      : { bit: true, detail: { why: failed } };
  tell(isGone(seen) ? "healed" : "not-healed", { orderedMs, ...seen.detail });
  return isGone(seen);
}

/** A fault that cannot be observed is neither active nor cleared. */
export function unseen(why: string): Evidence {
  return { bit: false, gone: false, detail: { why } };
}

export const isGone = ({ bit, gone = !bit }: Evidence) => gone;

/** The first observation that shows what is wanted, or the last one. */
async function observeUntil(
  fault: Acted,
  wanted: (seen: Evidence) => boolean,
  withinMs: number,
  { now, signal }: Stage,
): Promise<Evidence> {
  const endMs = now() + withinMs;
  for (;;) {
    const seen = await fault.evidence().catch((error) => unseen(reasonOf(error)));
    if (wanted(seen) || now() >= endMs) return seen;
    await sleep(CHECK_EVERY_MS, undefined, { signal });
  }
}
