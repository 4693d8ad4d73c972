/** A run as the exports need it: what was run, and its verdict. */
import type { Run } from "../../model/record/run.ts";
import type { Verdict } from "../../model/verdict/verdict.ts";

export interface ExportedRun {
  run: Run;
  verdict: Verdict;
  /** From the run's start to its last recorded event; `null` if no event can be read. */
  tookMs: number | null;
}
