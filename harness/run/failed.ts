/** A drill that ends before its time: the record says why, and says it before anything is taken down. */
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted, reasonOf } from "../model/failure.ts";
import { engineGone, findEngine } from "../systems/lab/engine.ts";
import type { Recorder } from "./recorder.ts";

const ENGINE_LOOKS = 10;
const ENGINE_LOOK_EVERY_MS = 500;

/** Throws what `work` throws, or the cause of it where that is known. */
export async function orRecordWhy<T>(recorder: Recorder, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = await causeOf(signal.aborted ? signal.reason : thrown);
    const state = error instanceof Interrupted ? "interrupted" : "failed";
    quietly(() => recorder.event({ type: "note", text: `${state}: ${reasonOf(error)}` }));
    quietly(() => recorder.update({ state, reason: reasonOf(error) }));
    throw error;
  }
}

/**
 * An engine that dies shows itself as any kind of error, the first of them while it still answers: it stops our
 * containers before itself. Then it is the cause, and the rest only follows.
 */
async function causeOf(error: unknown): Promise<unknown> {
  if (error instanceof Interrupted) return error;
  for (let look = 0; look < ENGINE_LOOKS; look += 1) {
    if ((await findEngine()) === null) return engineGone(error);
    await sleep(ENGINE_LOOK_EVERY_MS);
  }
  return error;
}

/** For what is done after an error: that one is to be told, and no later one. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The error that brought us here is the one to tell.
  }
}
