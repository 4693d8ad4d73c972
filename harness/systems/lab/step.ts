/**
 * The steps of a set-up, one after the other. `tell` is called when a step begins and, with the duration, when it is
 * over. An error in a step becomes a failure of that step with its first cause. Errors that only a mistake in our code
 * can make stay as they are.
 */
import { COMMAND } from "../../model/program/built.ts";
import { DrillFailure, Interrupted } from "../../model/program/failure.ts";
import type { Step } from "../../model/record/run.ts";
import { engineWords } from "./engine-words.ts";

export type RunStep = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export function stepper(tell: (name: string, done?: Step) => void, signal?: AbortSignal): RunStep {
  return async (name, work) => {
    signal?.throwIfAborted();
    tell(name);
    const beganMs = performance.now();
    const result = await work().catch((error) => {
      signal?.throwIfAborted();
      throw failureOf(name, error);
    });
    tell(name, { step: name, tookMs: Math.round(performance.now() - beganMs) });
    return result;
  };
}

function failureOf(step: string, error: unknown): unknown {
  if (error instanceof DrillFailure || error instanceof Interrupted || isMistake(error)) return error;
  const text = {
    what: `set-up failed at the step "${step}"`,
    why: engineWords(error),
    todo: `read the logs in the run folder, if there are any; \`${COMMAND} doctor\` says whether this machine can drill`,
  };
  return new DrillFailure(text, { cause: error });
}

/** `fetch` throws a TypeError as well, but that one has a cause. */
function isMistake(error: unknown): boolean {
  const kinds = [TypeError, ReferenceError, RangeError, SyntaxError];
  return kinds.some((kind) => error instanceof kind) && (error as Error).cause === undefined;
}
