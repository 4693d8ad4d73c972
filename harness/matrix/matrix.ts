/**
 * Runs the drills of a matrix one after the other until all are done. Each starts a system of its own, because a used
 * database holds what the last drill left in it. If the machine has room for two systems, the next one is started while
 * the last one is audited and removed.
 *
 * A failed drill does not end the others, unless none can succeed any more: the disk is full, the engine has stopped,
 * or three drills in a row have failed.
 */

import type { Done, PlannedDrill } from "../model/plan/matrix.ts";
import { DrillFailure, type FailureText, Interrupted, reasonOf } from "../model/program/failure.ts";
import type { VerdictWord } from "../model/verdict/verdict.ts";
import type { MatrixFolder } from "../store/matrix-folder.ts";
import { drillsLeft } from "./matrix-plan.ts";
import { type Enter, Relay } from "./relay.ts";

const FAILURES_IN_A_ROW = 3;

type Ended = { run: string; verdict: VerdictWord };

export interface MatrixOptions {
  folder: MatrixFolder;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  drill: Enter<Ended>;
  /** Whether the machine has room for the systems of two drills. */
  twoFit: () => Promise<boolean>;
  /**
   * Removes and reports what that run left behind (`null`: any run of this process); returns how much. Throws when that
   * is unknown.
   */
  removeLeaks: (run: string | null) => Promise<number>;
  tell: (ended: Done) => void;
}

export async function runMatrix(options: MatrixOptions): Promise<void> {
  const { folder, signal, twoFit } = options;
  const relay = new Relay(options.drill, signal);
  let failures = 0;
  try {
    // Each drill is attempted at most twice.
    for (let tries = 0; tries < 2 * folder.plan.drills.length; tries += 1) {
      const [next, after] = drillsLeft(folder.plan.drills, folder.done);
      if (next === undefined) return;
      signal.throwIfAborted();
      const done = await attempt(options, relay, next, (await twoFit()) ? after : undefined);
      folder.append(done);
      options.tell(done);
      failures = "failure" in done ? failures + 1 : 0;
      if ("failure" in done && failures === FAILURES_IN_A_ROW) {
        const { what, why, todo } = done.failure;
        throw new DrillFailure({
          what: `${failures} drills in a row failed`,
          why: `the last one: ${what}: ${why}`,
          todo,
        });
      }
    }
  } finally {
    await relay.giveUp();
  }
}

async function attempt(
  { removeLeaks }: MatrixOptions,
  relay: Relay<Ended>,
  next: PlannedDrill,
  after: PlannedDrill | undefined,
): Promise<Done> {
  const { run, ended } = await relay.drill(next, after);
  if (ended.status === "rejected" && (ended.reason instanceof Interrupted || isFull(ended.reason))) {
    await relay.giveUp();
    await removeLeaks(null).catch(() => {});
    throw ended.reason;
  }
  const end = ended.status === "fulfilled" ? ended.value : { failure: textOf(ended.reason) };
  // What the next drill has started by now is no leftover.
  return { ...next, ...end, leaks: await removeLeaks(relay.isAhead ? run : null) };
}

function isFull(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === "ENOSPC" || /no space left on device/i.test(reasonOf(error));
}

function textOf(error: unknown): FailureText {
  if (error instanceof DrillFailure) return error.text;
  return { what: "internal error in fhirdrill", why: reasonOf(error), todo: "report it" };
}
