/** k6's own end-of-test summary, against which the ledger is checked. */
import type { Run } from "../model/record/run.ts";

interface Summary {
  metrics?: Record<string, { values?: { count?: number } }>;
}

/** Of the writes alone, where others were sent besides. `null` when k6 left no summary, which is not the same as one with nothing dropped. */
export function readSummary(text: string | null, exitCode: number): Run["k6"] {
  const summary: Summary | null = JSON.parse(text ?? "null");
  // Where it counted the writes by themselves, what it does not name of them is nothing.
  const of = summary?.metrics?.["iterations{scenario:writes}"] === undefined ? "" : "{scenario:writes}";
  const countOf = (metric: string) => summary?.metrics?.[`${metric}${of}`]?.values?.count;
  const iterations = countOf("iterations");
  if (iterations === undefined) return null;
  return { iterations, droppedIterations: countOf("dropped_iterations") ?? 0, exitCode };
}
