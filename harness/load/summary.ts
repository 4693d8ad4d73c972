/** k6's own end-of-test summary, against which the ledger is checked. */
import type { Run } from "../model/record/run.ts";

interface Summary {
  metrics?: Record<string, { values?: { count?: number } }>;
}

/**
 * Counts the writes only, without reads. `null` when k6 left no summary, which does not mean that nothing was dropped.
 */
export function readSummary(text: string | null, exitCode: number): Run["k6"] {
  const summary: Summary | null = JSON.parse(text ?? "null");
  // If k6 counted the writes separately, a metric that it does not list for them is 0.
  const of = summary?.metrics?.["iterations{scenario:writes}"] === undefined ? "" : "{scenario:writes}";
  const countOf = (metric: string) => summary?.metrics?.[`${metric}${of}`]?.values?.count;
  const iterations = countOf("iterations");
  if (iterations === undefined) return null;
  return { iterations, droppedIterations: countOf("dropped_iterations") ?? 0, exitCode };
}
