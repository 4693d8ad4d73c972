/** `table`: stored runs, side by side. It reads verdicts, not records, so it judges nothing again. */
import { relative } from "node:path";
import type { z } from "zod";
import { EXIT, reasonOf } from "../model/failure.ts";
import { RunSchema } from "../model/run.ts";
import { VERDICT_SCHEMA } from "../model/verdict.ts";
import { type Row, type TabledRun, TabledSchema, tableOf } from "../report/table.ts";
import { tableMarkdown, tableText } from "../report/table-text.ts";
import { findRuns, shortName } from "../store/find-runs.ts";
import { RESULTS } from "../store/results.ts";
import { RunFolder } from "../store/run-folder.ts";

export interface TableOptions {
  markdown?: boolean;
  json?: boolean;
}

export interface LeftOut {
  folder: string;
  why: string;
}

export function tableCommand(names: string[], options: TableOptions): number {
  const { rows, leftOut } = readTable(findRuns(names.length > 0 ? names : [RESULTS]).map(({ path }) => path));
  if (options.json) process.stdout.write(`${JSON.stringify({ rows, leftOut })}\n`);
  else if (rows.length > 0) process.stdout.write(`${options.markdown ? tableMarkdown(rows) : tableText(rows)}\n`);
  for (const { folder, why } of leftOut) process.stderr.write(`left out: ${folder}\n  why: ${why}\n`);
  return leftOut.length > 0 ? EXIT.inconclusive : 0;
}

export function readTable(paths: readonly string[]): { rows: Row[]; leftOut: LeftOut[] } {
  const runs: TabledRun[] = [];
  const leftOut: LeftOut[] = [];
  for (const path of paths) {
    const folder = new RunFolder(path);
    try {
      const verdict = read(folder, "verdict.json", TabledSchema, VERDICT_SCHEMA);
      runs.push({ verdict, run: read(folder, "run.json", RunSchema), name: shortName(path) });
    } catch (error) {
      leftOut.push({ folder: relative(process.cwd(), path), why: reasonOf(error) });
    }
  }
  return { rows: tableOf(runs), leftOut };
}

function read<T>(folder: RunFolder, name: string, schema: z.ZodType<T>, version?: string): T {
  const text = folder.readText(name);
  if (text === null) throw new Error(`it has no ${name} that can be read`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`its ${name} is not JSON: ${reasonOf(error)}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const given = (value as { schema?: unknown } | null)?.schema;
  if (version !== undefined && given !== version) throw new Error(`its ${name} is of ${given}, not of ${version}`);
  const { path, message } = result.error.issues[0] as z.core.$ZodIssue;
  throw new Error(`its ${name} is of another version: ${path.join(".")}: ${message}`);
}
