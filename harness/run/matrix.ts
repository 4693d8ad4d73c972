/**
 * Runs many drills, one after the other, until all that was planned is done. Each starts a system of its own: a used
 * database is not the golden state, and the next drill would find what the last one left in it.
 *
 * A drill that fails does not end the others, unless nothing can succeed any more: the disk is full, the engine is
 * gone, or three have failed in a row.
 */
import { DrillFailure, type FailureText, Interrupted, reasonOf } from "../model/failure.ts";
import type { Done, PlannedDrill } from "../model/plan/matrix.ts";
import type { VerdictWord } from "../model/verdict/verdict.ts";
import type { MatrixFolder } from "../store/matrix-folder.ts";
import { drillsLeft } from "./matrix-plan.ts";

const FAILURES_IN_A_ROW = 3;

export interface MatrixOrder {
  folder: MatrixFolder;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  drill: (planned: PlannedDrill, abort: AbortController) => Promise<{ run: string; verdict: VerdictWord }>;
  /** Removes and reports what a drill left behind; returns how much that was. Throws when that cannot be known. */
  removeLeaks: () => Promise<number>;
  tell: (ended: Done) => void;
}

export async function runMatrix(order: MatrixOrder): Promise<void> {
  const { folder, signal } = order;
  let failures = 0;
  // Each drill is tried at most twice.
  for (let tries = 0; tries < 2 * folder.plan.drills.length; tries += 1) {
    const [next] = drillsLeft(folder.plan.drills, folder.done);
    if (next === undefined) return;
    signal.throwIfAborted();
    const done = await attempt(order, next);
    folder.append(done);
    order.tell(done);
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
}

async function attempt(order: MatrixOrder, next: PlannedDrill): Promise<Done> {
  // A drill aborts itself when its record cannot be written; that must not abort the next one.
  const abort = new AbortController();
  const pass = () => abort.abort(order.signal.reason);
  order.signal.addEventListener("abort", pass, { once: true });
  let ended: { run: string; verdict: VerdictWord } | { failure: FailureText };
  try {
    ended = await order.drill(next, abort);
  } catch (error) {
    if (error instanceof Interrupted || isFull(error)) {
      await order.removeLeaks().catch(() => {});
      throw error;
    }
    ended = { failure: textOf(error) };
  } finally {
    order.signal.removeEventListener("abort", pass);
  }
  return { ...next, ...ended, leaks: await order.removeLeaks() };
}

function isFull(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === "ENOSPC" || /no space left on device/i.test(reasonOf(error));
}

function textOf(error: unknown): FailureText {
  if (error instanceof DrillFailure) return error.text;
  return { what: "internal error in fhirdrill", why: reasonOf(error), todo: "report it" };
}
