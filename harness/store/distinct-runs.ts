/**
 * Reads stored runs, each only once: a copy of a run proves nothing more, and runs with the same name and time cannot
 * be distinguished.
 */
import type { z } from "zod";
import type { Run } from "../model/record/run.ts";
import { toHere } from "./here.ts";
import { type LeftOut, readStoredRuns, type StoredRun } from "./stored-runs.ts";

export interface PlacedRun<V> extends StoredRun<V> {
  path: string;
}

/** The same for a run and its copies, wherever they are. */
export function identityOf({ scenario, config, id }: Run): string {
  return [scenario.name, config.name, id].join("/");
}

export function readDistinctRuns<V>(
  paths: readonly string[],
  schema: z.ZodType<V>,
): { runs: PlacedRun<V>[]; leftOut: LeftOut[] } {
  const runs = new Map<string, PlacedRun<V>>();
  const leftOut: LeftOut[] = [];
  for (const path of paths) {
    const read = readStoredRuns([path], schema);
    leftOut.push(...read.leftOut);
    for (const each of read.runs) {
      const key = identityOf(each.run);
      const twin = runs.get(key);
      if (twin) leftOut.push({ folder: toHere(path), why: `it is the same run as ${toHere(twin.path)}` });
      else runs.set(key, { ...each, path });
    }
  }
  return { runs: [...runs.values()], leftOut };
}
