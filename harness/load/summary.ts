/** k6's own end-of-test summary, against which the ledger is checked. */
import type { Run } from "../model/record/run.ts";

interface Summary {
  metrics?: Record<string, { values?: { count?: number } }>;
}

/** `null` when k6 left no summary, which is not the same as one with nothing dropped. */
export function readSummary(text: string | null, exitCode: number): Run["k6"] {
  const summary: Summary | null = JSON.parse(text ?? "null");
  const iterations = summary?.metrics?.iterations?.values?.count;
  if (iterations === undefined) return null;
  return { iterations, droppedIterations: summary?.metrics?.dropped_iterations?.values?.count ?? 0, exitCode };
}
