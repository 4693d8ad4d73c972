/**
 * The steps of a set-up, one after the other. `report` is called when a step begins and, with the duration, when it ends.
 * An error in a step becomes a failure of that step with its first cause. Errors that only a bug in our code can cause
 * stay as they are.
 */
import { COMMAND } from "../../model/program/built.ts";
import { DrillFailure, Interrupted } from "../../model/program/failure.ts";
import type { Step } from "../../model/record/run.ts";
import { engineWords } from "./engine-words.ts";

export type RunStep = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export function stepper(report: (name: string, done?: Step) => void, signal?: AbortSignal): RunStep {
  return async (name, work) => {
    signal?.throwIfAborted();
    report(name);
    const beganMs = performance.now();
    const result = await work().catch((error) => {
      signal?.throwIfAborted();
      throw failureOf(name, error);
    });
    report(name, { step: name, tookMs: Math.round(performance.now() - beganMs) });
    return result;
  };
}

function failureOf(step: string, error: unknown): unknown {
  if (error instanceof DrillFailure || error instanceof Interrupted || isBug(error)) return error;
  const text = {
    what: `set-up failed at the step "${step}"`,
    why: engineWords(error),
    todo: `read the logs in the run folder, if there are any; \`${COMMAND} doctor\` checks whether this machine can drill`,
  };
  return new DrillFailure(text, { cause: error });
}

/** `fetch` throws a TypeError as well, but that one has a cause. */
function isBug(error: unknown): boolean {
  const kinds = [TypeError, ReferenceError, RangeError, SyntaxError];
  return kinds.some((kind) => error instanceof kind) && (error as Error).cause === undefined;
}
