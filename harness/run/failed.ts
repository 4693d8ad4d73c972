/** A drill that ends early: the record says why before anything is taken down. */
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted, reasonOf } from "../model/program/failure.ts";
import { engineGone, findEngine } from "../systems/lab/engine.ts";
import type { Recorder } from "./recorder.ts";

const ENGINE_LOOKS = 10;
const ENGINE_LOOK_EVERY_MS = 500;

/** Throws what `work` throws, or its cause where that is known. */
export async function orRecordWhy<T>(recorder: Recorder, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const seen = signal.aborted ? signal.reason : thrown;
    const error = "engine" in recorder.run.versions ? await causeOf(seen) : seen;
    const state = error instanceof Interrupted ? "interrupted" : "failed";
    quietly(() => recorder.event({ type: "note", text: `${state}: ${reasonOf(error)}` }));
    quietly(() => recorder.update({ state, reason: reasonOf(error) }));
    throw error;
  }
}

/**
 * A dying engine shows itself as any kind of error, the first of them while it still answers, because it stops our
 * containers before itself. If the engine is gone, that is the cause, and the rest only follows.
 */
async function causeOf(error: unknown): Promise<unknown> {
  if (error instanceof Interrupted) return error;
  for (let look = 0; look < ENGINE_LOOKS; look += 1) {
    if ((await findEngine()) === null) return engineGone(error);
    await sleep(ENGINE_LOOK_EVERY_MS);
  }
  return error;
}

/** For work after an error: that error is the one to report, not a later one. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The error that led here is the one to report.
  }
}
