/** `export`: stored runs in the formats of other tools. It reads the stored verdicts and judges nothing again. */
import { EXIT } from "../model/program/failure.ts";
import { VerdictSchema } from "../model/verdict/verdict.ts";
import { csvText } from "../report/export/csv.ts";
import type { ExportedRun } from "../report/export/exported-run.ts";
import { junitText } from "../report/export/junit.ts";
import { ndjsonText } from "../report/export/ndjson.ts";
import { openmetricsText } from "../report/export/openmetrics.ts";
import { readDistinctRuns } from "../store/distinct-runs.ts";
import { findRuns } from "../store/find-runs.ts";
import { lastEventMs } from "../store/last-event.ts";
import { RESULTS } from "../store/results.ts";
import type { LeftOut } from "../store/stored-runs.ts";
import { writeTo } from "../store/written.ts";
import type { Format } from "./choices.ts";
import { printLeftOut } from "./left-out.ts";
import { printExactly } from "./standard-streams.ts";

const MAKERS: Record<Format, (runs: readonly ExportedRun[]) => string> = {
  junit: junitText,
  openmetrics: openmetricsText,
  csv: csvText,
  ndjson: ndjsonText,
};

export interface ExportOptions {
  output?: string;
}

export function exportCommand(format: Format, names: string[], { output }: ExportOptions): number {
  const { runs, leftOut } = readExported(findRuns(names.length > 0 ? names : [RESULTS]).map(({ path }) => path));
  printLeftOut(leftOut);
  if (runs.length === 0) return EXIT.inconclusive;
  const text = MAKERS[format](runs);
  if (output === undefined) printExactly(text);
  else writeTo("the export", output, text);
  return leftOut.length > 0 ? EXIT.inconclusive : 0;
}

/** In order of their start. */
export function readExported(paths: readonly string[]): { runs: ExportedRun[]; leftOut: LeftOut[] } {
  const { runs, leftOut } = readDistinctRuns(paths, VerdictSchema);
  const inOrder = runs.toSorted((x, y) => Date.parse(x.run.startedAt) - Date.parse(y.run.startedAt));
  const exported = inOrder.map(({ run, verdict, path }) => ({ run, verdict, tookMs: lastEventMs(path, run) }));
  return { runs: exported, leftOut };
}
