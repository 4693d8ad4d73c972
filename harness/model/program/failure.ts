/**
 * The errors that people see: what happened, why, and what to do, one line each.
 *
 * Exit codes (sysexits where there is one): 0 holds, 1 broken, 2 inconclusive, 3 a comparison regressed, 64 usage,
 * 70 internal or environment, 130 interrupted.
 */
export const EXIT = {
  holds: 0,
  broken: 1,
  inconclusive: 2,
  regressed: 3,
  usage: 64,
  internal: 70,
  interrupted: 130,
} as const;

export interface FailureText {
  what: string;
  why: string;
  todo: string;
}

export class DrillFailure extends Error {
  override readonly name = "DrillFailure";
  readonly text: FailureText;
  readonly exitCode: number;

  constructor(text: FailureText, options: { exitCode?: number; cause?: unknown } = {}) {
    super(`${text.what}: ${text.why}`, { cause: options.cause });
    this.text = text;
    this.exitCode = options.exitCode ?? EXIT.internal;
  }
}

/** Ctrl-C or SIGTERM: not an error. The message says only how to continue. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

export function usageFailure(what: string, why: string, todo: string): DrillFailure {
  return new DrillFailure({ what, why, todo }, { exitCode: EXIT.usage });
}

/** The first line of a thrown error; for a failed request, of its cause. */
export function reasonOf(error: unknown): string {
  if (error instanceof TypeError && error.message === "fetch failed" && error.cause !== undefined)
    return reasonOf(error.cause);
  // A host with several addresses: one error per address.
  if (error instanceof AggregateError && error.message === "" && error.errors.length > 0)
    return reasonOf(error.errors[0]);
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.split("\n")[0] ?? "";
}
