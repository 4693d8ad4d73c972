/**
 * Nights: matrices that were run to be compared with earlier ones. `night.json`, beside a matrix's plan, makes it a
 * night and says whether it was good, which means without regressions. A later night is compared with good ones only,
 * so a lasting regression is reported each night and does not become normal.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { MatrixFolder } from "./matrix-folder.ts";
import { RESULTS } from "./results.ts";
import { guarded, replaceFile } from "./written.ts";

export const NIGHT_SCHEMA = "fhirdrill.night/1";
const NIGHT = "night.json";

export const NightSchema = z.object({
  schema: z.literal(NIGHT_SCHEMA),
  /** Matrices, by id. */
  comparedWith: z.array(z.string()),
  /** How many of its runs can be read. */
  runs: z.number().int().nonnegative(),
  /** The regressions, one sentence each. */
  regressions: z.array(z.string()),
});
export type Night = z.infer<typeof NightSchema>;

/** Writes the night and, beside it, a summary for people and a test report. */
export function writeNight(folder: MatrixFolder, night: Night, beside: Record<string, string>): void {
  guarded("the night", folder.path, "free some space", () => {
    for (const [name, text] of Object.entries(beside)) writeFileSync(join(folder.path, name), text);
    replaceFile(join(folder.path, NIGHT), night);
  });
}

/**
 * The newest good nights before a matrix of this id, oldest first. An unreadable night does not count.
 */
export function goodNightsBefore(id: string, most: number, root = RESULTS): MatrixFolder[] {
  const matrices = join(root, "matrix");
  const before = namesIn(matrices)
    .filter((name) => name < id && isGood(join(matrices, name)))
    .toSorted();
  return before.slice(-most).map((name) => MatrixFolder.open(name, root));
}

/** Empty if there is no such folder or it cannot be read. */
function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isGood(path: string): boolean {
  try {
    const night = NightSchema.parse(JSON.parse(readFileSync(join(path, NIGHT), "utf8")));
    return night.runs > 0 && night.regressions.length === 0;
  } catch {
    return false;
  }
}
