/** `table`: stored runs side by side. It reads the stored verdicts and judges nothing again. */
import { EXIT } from "../model/program/failure.ts";
import { type Row, TabledSchema, tableOf } from "../report/table/table.ts";
import { tableMarkdown, tableText } from "../report/table/text.ts";
import { findRuns } from "../store/find-runs.ts";
import { RESULTS } from "../store/results.ts";
import { type LeftOut, readStoredRuns } from "../store/stored-runs.ts";
import { printLeftOut } from "./left-out.ts";
import { print } from "./standard-streams.ts";

export interface TableOptions {
  markdown?: boolean;
  json?: boolean;
}

export function tableCommand(names: string[], options: TableOptions): number {
  const { rows, leftOut } = readTable(findRuns(names.length > 0 ? names : [RESULTS]).map(({ path }) => path));
  if (options.json) print(`${JSON.stringify({ rows, leftOut })}\n`);
  else if (rows.length > 0) print(`${options.markdown ? tableMarkdown(rows) : tableText(rows)}\n`);
  printLeftOut(leftOut);
  return leftOut.length > 0 ? EXIT.inconclusive : 0;
}

export function readTable(paths: readonly string[]): { rows: Row[]; leftOut: LeftOut[] } {
  const { runs, leftOut } = readStoredRuns(paths, TabledSchema);
  return { rows: tableOf(runs), leftOut };
}
