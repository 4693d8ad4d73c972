/** A drill that ends early: the reason is recorded before anything is taken down. */
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted, reasonOf } from "../model/program/failure.ts";
import { engineGone, findEngine } from "../systems/lab/engine.ts";
import type { Recorder } from "./recorder.ts";

const ENGINE_CHECKS = 10;
const ENGINE_CHECK_EVERY_MS = 500;

/** Records why `work` failed, and throws its error, or the cause of that if known. */
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
 * A dying engine causes all kinds of errors, the first of them while it still answers, because it stops our containers
 * before itself. If the engine has stopped, that is the cause of everything else.
 */
async function causeOf(error: unknown): Promise<unknown> {
  if (error instanceof Interrupted) return error;
  for (let check = 0; check < ENGINE_CHECKS; check += 1) {
    if ((await findEngine()) === null) return engineGone(error);
    await sleep(ENGINE_CHECK_EVERY_MS);
  }
  return error;
}

/** For cleanup after an error: swallows further errors. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The error that led here is the one to report.
  }
}
