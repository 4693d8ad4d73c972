/** Stored runs with their verdicts, for tables and comparisons. Nothing is judged again, and no record is read. */
import type { z } from "zod";
import { reasonOf } from "../model/program/failure.ts";
import { parseJson } from "../model/record/json.ts";
import { RUN_SCHEMA, type Run, RunSchema } from "../model/record/run.ts";
import { VERDICT_SCHEMA } from "../model/verdict/verdict.ts";
import { shortName } from "./find-runs.ts";
import { toHere } from "./here.ts";
import { RunFolder } from "./run-folder.ts";

export interface StoredRun<V> {
  /** The name by which the run is found again. */
  name: string;
  run: Run;
  verdict: V;
}

export interface LeftOut {
  folder: string;
  why: string;
}

/**
 * `schema`: a whole verdict, or only what the caller needs; the less it needs, the older the verdicts may be.
 */
export function readStoredRuns<V>(
  paths: readonly string[],
  schema: z.ZodType<V>,
): { runs: StoredRun<V>[]; leftOut: LeftOut[] } {
  const runs: StoredRun<V>[] = [];
  const leftOut: LeftOut[] = [];
  for (const path of paths) {
    const folder = new RunFolder(path);
    try {
      const verdict = read(folder, "verdict.json", schema, VERDICT_SCHEMA);
      runs.push({ name: shortName(path), run: read(folder, "run.json", RunSchema, RUN_SCHEMA), verdict });
    } catch (error) {
      leftOut.push({ folder: toHere(path), why: reasonOf(error) });
    }
  }
  return { runs, leftOut };
}

function read<T>(folder: RunFolder, name: string, schema: z.ZodType<T>, version: string): T {
  const text = folder.readText(name);
  if (text === null) throw new Error(`it has no ${name} that can be read`);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new Error(`its ${name} is not JSON: ${reasonOf(error)}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const given = (value as { schema?: unknown } | null)?.schema;
  if (given !== version) throw new Error(`its ${name} is of ${given}, not of ${version}`);
  const { path, message } = result.error.issues[0] as z.core.$ZodIssue;
  throw new Error(`its ${name} is damaged or of another version: ${path.join(".")}: ${message}`);
}
