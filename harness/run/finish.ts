/** The end of a drill: its record is judged from disk, as `check` judges it later. */
import { judge } from "../check/judge.ts";
import type { Run } from "../model/record/run.ts";
import type { Verdict } from "../model/verdict/verdict.ts";
import { readRecord } from "../record/read-record.ts";
import { indexRun } from "../store/results.ts";
import type { RunFolder } from "../store/run-folder.ts";

export interface DrillResult {
  verdict: Verdict;
  run: Run;
  folder: RunFolder;
}

export function finish(folder: RunFolder): DrillResult {
  const record = readRecord(folder.readFiles());
  const verdict = judge(record);
  folder.writeVerdict(verdict);
  indexRun(verdict, record.run.startedAt, folder);
  return { verdict, run: record.run, folder };
}
