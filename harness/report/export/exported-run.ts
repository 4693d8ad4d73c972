/** What is exported of a run: what was run, and its judgement. */
import type { Run } from "../../model/record/run.ts";
import type { Verdict } from "../../model/verdict/verdict.ts";

export interface ExportedRun {
  run: Run;
  verdict: Verdict;
  /** From the run's beginning to the last event that was recorded; `null` where no event can be read. */
  tookMs: number | null;
}
